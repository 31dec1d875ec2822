-- Outside of a transaction, as Flyway sees by itself; a build that was cut off is dropped first. See V2__sender_of_messages.sql.
drop index concurrently if exists idx_messages_id;

create index concurrently idx_messages_id on messages (id);

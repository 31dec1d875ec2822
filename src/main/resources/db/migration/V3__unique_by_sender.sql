-- Outside of a transaction, as Flyway sees by itself; a build that was cut off is dropped first. See V2__sender_of_messages.sql.
drop index concurrently if exists idx_messages_client_msg_id;

create unique index concurrently idx_messages_client_msg_id
    on messages (chat_id, client_msg_id, (coalesce(sender, user_id, '00000000-0000-0000-0000-000000000000'::uuid)));

-- The index of migration 3 has taken its place. See V2__sender_of_messages.sql.
set local lock_timeout = '3s';

alter table messages drop constraint messages_chat_id_client_msg_id_key;

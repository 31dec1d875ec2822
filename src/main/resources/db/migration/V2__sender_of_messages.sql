-- A client_msg_id belongs to its sender: the migrations 2, 3 and 4 make it unique by (chat, sender, client_msg_id), in place and
-- while older pods serve.
--
-- 2 adds a column and rewrites nothing. It needs the table for itself for a moment: it gives up where it cannot have that
--   within three seconds, so that no send waits behind it, and is tried again with the migration's next run.
-- 3 builds the new index beside the old one, and no read or send waits for it.
-- 4 drops the old constraint, for a moment like 2.
--
-- Older pods know neither the column nor the new rule. What they store has no sender, which reads as the user it names, or the
-- service key; their look-up by (chat_id, client_msg_id) uses the first columns of the new index. Until they are gone an id
-- that two senders have used can only be repeated at a newer pod: an older one fails with 500 and stores nothing.

set local lock_timeout = '3s';

-- Null where the sender is the one in user_id, or, with none in it, the service key; else who sent it: the service key, which
-- speaks for a user, is the UUID of zeros.
alter table messages add column sender uuid;

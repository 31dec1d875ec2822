-- What a conversation's whole life needs: changes of messages, read marks, invites, bans, and what a deletion leaves to do.
-- Each altered table is needed for itself for a moment only: see V2__sender_of_messages.sql.
set local lock_timeout = '3s';

alter table conversations
    -- Changes of messages: 1, 2, 3 … without holes.
    add column last_change_number bigint not null default 0,
    add column last_change_at     timestamptz;

alter table messages
    add column edited_at  timestamptz,
    add column deleted_at timestamptz;

-- A newer version knows kinds that this one does not; each sweeps its own.
alter table outbox drop constraint outbox_kind_check;

-- That a message was edited or deleted, kept for replay; what it says now is in messages alone.
create table message_changes (
    chat_id        uuid not null,
    change_number  bigint not null,
    id             uuid not null,
    message_number bigint not null,
    event_type     text not null check (event_type in ('update', 'delete')),
    -- Ascends strictly with change_number, by the conversation's row lock.
    created_at     timestamptz not null,
    -- When the change before it was made; null for the first.
    previous_at    timestamptz,
    primary key (chat_id, change_number)
);

create index idx_message_changes_created_at on message_changes (created_at);

create sequence read_mark_numbers;

-- How far somebody has read. The number of the mark is what the outbox knows it by; a newer mark takes the place of an older one.
create table read_marks (
    conversation_id uuid not null references conversations (id) on delete cascade,
    user_id         uuid not null,
    message_number  bigint not null,
    id              uuid not null,
    number          bigint not null default nextval('read_mark_numbers'),
    created_at      timestamptz not null,
    primary key (conversation_id, user_id)
);

create index idx_read_marks_number on read_marks (conversation_id, number);

-- A secret link. Of the secret itself only its SHA-256 is kept.
create table conversation_invites (
    secret_hash     bytea primary key,
    conversation_id uuid not null references conversations (id) on delete cascade,
    created_by      uuid,
    created_at      timestamptz not null,
    expires_at      timestamptz not null,
    max_uses        integer not null,
    uses            integer not null default 0,
    revoked_at      timestamptz
);

create index idx_conversation_invites_conversation_id on conversation_invites (conversation_id);

-- Who was put out for good.
create table conversation_bans (
    conversation_id uuid not null references conversations (id) on delete cascade,
    user_id         uuid not null,
    created_at      timestamptz not null,
    primary key (conversation_id, user_id)
);

-- Deleted conversations whose messages are still to be removed, in portions.
create table conversation_purges (
    chat_id    uuid primary key,
    created_at timestamptz not null
);

-- Ids of messages ascend with time (UUID version 7), so that the index by them grows at its end.
create function message_id(at timestamptz) returns uuid language sql volatile parallel safe as $$
    select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7'
        || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid
$$;

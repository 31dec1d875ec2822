-- Everything a send touches is found by the conversation's id, so each table can be distributed by it.

create table conversations (
    id                  uuid primary key,
    user_id             uuid not null,
    owner_user_id       uuid not null,
    title               text,
    mode                text not null,
    is_public           boolean not null default false,
    meta                jsonb not null default '{}',
    created_at          timestamptz not null,
    updated_at          timestamptz not null,
    -- Changes of the conversation itself: 1, 2, 3 … without holes.
    revision            bigint not null default 0,
    revised_at          timestamptz not null,
    -- The counter of message_number. Its row lock is what puts the messages of a conversation in commit order.
    last_message_number bigint not null default 0,
    last_message_at     timestamptz,
    previous_message_at timestamptz
) with (fillfactor = 70); -- room for HOT updates: a send changes this row and no index of it

create index idx_conversations_user_id on conversations (user_id);

create table conversations_participants (
    conversation_id uuid not null references conversations (id) on delete cascade,
    user_id         uuid not null,
    role            text not null check (role in ('owner', 'member')),
    joined_at       timestamptz not null,
    primary key (conversation_id, user_id)
);

create index idx_conversations_participants_conversation_id on conversations_participants (conversation_id) include (user_id);
create index idx_conversations_participants_user_id on conversations_participants (user_id) include (conversation_id);

-- No foreign key to conversations: the statement that inserts holds the conversation's row lock already.
create table messages (
    chat_id          uuid not null,
    message_number   bigint not null,
    id               uuid not null,
    role             text not null,
    text             text not null,
    user_id          uuid,
    user_name        text,
    client_msg_id    text,
    status           text not null default 'sent',
    mode             text not null,
    meta             jsonb not null default '{}',
    context_injected boolean not null default false,
    -- Ascends strictly with message_number, by the conversation's row lock.
    created_at       timestamptz not null,
    -- When its predecessor was stored; null for the first.
    previous_at      timestamptz,
    primary key (chat_id, message_number),
    unique (chat_id, client_msg_id)
);

-- What a conversation-update event said, kept for replay. A revision tells each user one thing:
-- the row with them as recipient, else the row without recipient.
create table conversation_updates (
    conversation_id uuid not null,
    revision        bigint not null,
    id              uuid not null,
    event_type      text not null check (event_type in ('INSERT', 'UPDATE', 'DELETE')),
    data            text not null,
    recipient       uuid,
    -- When the revision before it was made; null where nothing before it concerns the recipient.
    previous_at     timestamptz,
    -- Messages up to this number do not concern the recipient; null where that does not change.
    floor           bigint,
    created_at      timestamptz not null
);

create unique index idx_conversation_updates_revision
    on conversation_updates (conversation_id, revision, (coalesce(recipient, '00000000-0000-0000-0000-000000000000')));
create index idx_conversation_updates_recipient on conversation_updates (recipient, created_at) where recipient is not null;
create index idx_conversation_updates_created_at on conversation_updates (created_at);

-- Committed, not yet known to be published. Written in the transaction of the event, removed after the publish.
create table outbox (
    chat_id    uuid not null,
    kind       text not null check (kind in ('message', 'conversation')),
    number     bigint not null,
    created_at timestamptz not null,
    primary key (chat_id, kind, number)
) with (
    -- Nearly empty and always changing: clean it by count, not by share of its size.
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_cost_delay = 0
);

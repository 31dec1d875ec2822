-- A run is one answer of an assistant to one message. Its row is what is to be done of it, by whichever pod is alive.
create table assistant_runs (
    chat_id       uuid not null references conversations (id) on delete cascade,
    -- The message that it answers.
    asked_number  bigint not null,
    id            uuid not null,
    -- The id of the message that will end it.
    answer_id     uuid not null,
    mode          text not null,
    asked_by      uuid,
    is_analyze    boolean not null default false,
    -- 0 where a person asked; one more than that of the run whose answer began it.
    hop           int not null default 0,
    -- How often its handler was called, and whether it has taken the run.
    calls         int not null default 0,
    is_taken      boolean not null default false,
    -- The stream: how far it is, and how far that was published. Lengths in characters, units of UTF-16, bytes of all calls.
    seq           int not null default 0,
    phase         text not null default 'thinking',
    tool          text,
    text          text not null default '',
    units         int not null default 0,
    received      int not null default 0,
    published_seq      int not null default 0,
    published_length   int not null default 0,
    published_units    int not null default 0,
    published_at       timestamptz,
    -- When all of it was last published.
    full_at       timestamptz,
    created_at    timestamptz not null,
    -- When it ends in an error unless something is heard of it before.
    expires_at    timestamptz not null,
    -- When somebody must look at it: to call, to end it, to say that it has ended. Null where nothing is left to be done.
    due_at        timestamptz,
    -- complete, cancelled or error; null while it runs.
    end_status    text check (end_status in ('complete', 'cancelled', 'error')),
    ended_at      timestamptz,
    ended_number  bigint,
    primary key (chat_id, asked_number)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

create index idx_assistant_runs_id on assistant_runs (id);
create index idx_assistant_runs_running on assistant_runs (chat_id) where end_status is null;
create index idx_assistant_runs_due on assistant_runs (due_at) where due_at is not null;
create index idx_assistant_runs_ended on assistant_runs (ended_at) where ended_at is not null;

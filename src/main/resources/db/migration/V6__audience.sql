-- It needs the table for itself for a moment only: see V2__sender_of_messages.sql.
set local lock_timeout = '3s';

-- Whether its owner is another than who opened it, and so came later.
alter table conversations add column is_transferred boolean not null default false;

-- Who is sent the events of a conversation, and from when on: its participants, or its owner alone where it has none.
create view conversation_audience as
select p.conversation_id, p.user_id, 
    case when p.user_id = c.user_id and not c.is_transferred then c.created_at else p.joined_at end as since
from conversations_participants p join conversations c on c.id = p.conversation_id
union all
select c.id, c.user_id, c.created_at from conversations c
where not exists (select 1 from conversations_participants p where p.conversation_id = c.id);

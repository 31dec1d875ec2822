-- When users were last known to be connected, on whichever pod: who comes back soon gets what they missed, without asking.
create table last_seen (
    user_id uuid primary key,
    seen_at timestamptz not null
) with (fillfactor = 50); -- room for HOT updates: the rows of who stays change again and again, and no index of them

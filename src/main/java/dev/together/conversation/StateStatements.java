package dev.together.conversation;

/**
 * What became of conversations, as who was away is told of it: not each change, but what came of them.
 *
 * <p>
 * Of several updates of a conversation to everybody in it, the newest with the whole list is enough. Those after it are of a
 * crowd and tell differences; the newest of them is told with what all of them tell. Where that is longer than the list of
 * the people itself, it is told with the list.
 */
class StateStatements {

    /** What the data of a difference end with; see {@link CrowdedConversation}. */
    private static final String DIFFERENCE = "\"joined\":(\\[[^]]*\\]),\"left\":(\\[[^]]*\\])(,\"participant_count\":[0-9]+\\})$";

    /** What one difference is at most in memory; who are told of are no more than a conversation may have. */
    private static final int MOST_BYTES = 1 << 20;

    /** Its parameters are the user, a time, and how many. */
    static final String SINCE = """
            with mine as (
                select conversation_id as id, since as begins from conversation_audience where user_id = $1
            ), own as (
                select u.conversation_id, u.revision, u.id, u.created_at, octet_length(u.data) as bytes
                from conversation_updates u where u.recipient = $1 and u.created_at >= $2
            ), shared as (
                select u.conversation_id, u.revision, u.id, u.created_at, octet_length(u.data) as bytes,
                    u.data ~ '%s' as is_difference
                from mine join conversation_updates u on u.conversation_id = mine.id
                where u.recipient is null and u.created_at >= greatest(mine.begins, $2) and not exists (
                    select 1 from conversation_updates o
                    where o.conversation_id = u.conversation_id and o.revision = u.revision and o.recipient = $1)
            ), whole as (
                select distinct on (conversation_id) * from shared where not is_difference
                order by conversation_id, revision desc
            ), differences as (
                select conversation_id, min(s.revision) as first, max(s.revision) as revision, sum(s.bytes) as bytes
                from shared s left join whole w using (conversation_id)
                where s.is_difference and s.revision > coalesce(w.revision, 0)
                group by conversation_id
            )
            select conversation_id as chat_id, revision as first, revision as number, id, created_at, bytes from own
            union all
            select conversation_id, revision, revision, id, created_at, bytes from whole
            union all
            select s.conversation_id, d.first, s.revision, s.id, s.created_at, least(d.bytes, %d)::int
            from differences d join shared s using (conversation_id, revision)
            order by created_at desc limit $3
            """.formatted(DIFFERENCE, MOST_BYTES);

    /** Its parameters are conversations, revisions, ids (a revision may tell several users different things), and firsts. */
    static final String AT = """
            select u.conversation_id, u.revision, u.id, u.event_type, u.recipient, u.previous_at, u.floor, u.created_at,
                case when told.people is null then u.data
                    else regexp_replace(u.data, '%s',
                        case when told.people <= people.count
                            then '"joined":[' || told.came || '],"left":[' || told.went || ']\\3'
                            else '"participants":[' || people.list || ']\\3' end) end as data
            from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::bigint[]) as wanted (conversation_id, revision, id, first)
            join conversation_updates u on u.conversation_id = wanted.conversation_id and u.revision = wanted.revision
                and u.id = wanted.id
            left join lateral (
                select count(*) as people,
                    coalesce(string_agg(person::text, ',') filter (where side = 2), '') as came,
                    coalesce(string_agg(person::text, ',') filter (where side = 1), '') as went
                from (
                    select distinct on (person ->> 'user_id') person, side
                    from conversation_updates d
                    cross join lateral regexp_matches(d.data, '%s') as part
                    cross join lateral (values (2, part[1]), (1, part[2])) as sides (side, list)
                    cross join lateral json_array_elements(sides.list::json) as person
                    where d.conversation_id = wanted.conversation_id and d.recipient is null
                        and d.revision between wanted.first and wanted.revision
                    order by person ->> 'user_id', d.revision desc, side desc
                ) latest
            ) told on wanted.first < wanted.revision
            left join lateral (
                select count(*), string_agg(format('{"user_id":"%%s","role":"%%s","joined_at":"%%s"}', p.user_id, p.role,
                    to_char(p.joined_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')), ',' order by p.joined_at) as list
                from conversations_participants p where p.conversation_id = wanted.conversation_id
            ) people on wanted.first < wanted.revision
            """.formatted(DIFFERENCE, DIFFERENCE);

    private StateStatements() {
    }
}

package dev.together.replay;

import java.util.Arrays;
import java.util.List;

import dev.together.event.EventPosition;
import dev.together.event.EventPosition.Kind;
import dev.together.event.Subjects;
import dev.together.message.Message;
import dev.together.outbox.OutboxStore;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;

/** Events of the outbox and whom they concern, read back from the store. */
class BacklogStore {

    /** The length of a text is known without reading it; who is told takes memory, too. */
    private static final String SIZES = """
            select coalesce(users.count, 1) * 200 + coalesce(case due.kind
                when 'message' then (
                    select octet_length(m.text) + octet_length(m.meta::text) from messages m
                    where m.chat_id = due.chat_id and m.message_number = due.number)
                else (
                    select sum(octet_length(u.data)) from conversation_updates u
                    where u.conversation_id = due.chat_id and u.revision = due.number) end, 0) as bytes
            from unnest($1::uuid[], $2::text[], $3::bigint[]) with ordinality as due (chat_id, kind, number, position)
            left join (
                select conversation_id, count(*) from conversations_participants
                where conversation_id = any($1::uuid[]) group by conversation_id
            ) users on users.conversation_id = due.chat_id
            order by due.position
            """;

    private static final String MESSAGES = """
            select %s,
                case when exists (select 1 from conversations_participants where conversation_id = m.chat_id)
                    then array(
                        select p.user_id from conversations_participants p
                        where p.conversation_id = m.chat_id and (p.user_id = c.user_id or p.joined_at <= m.created_at))
                    else array[c.user_id] end as users
            from unnest($1::uuid[], $2::text[], $3::bigint[]) as due (chat_id, kind, number)
            join messages m on m.chat_id = due.chat_id and m.message_number = due.number
            join conversations c on c.id = due.chat_id
            order by m.chat_id, m.message_number
            """.formatted(Message.COLUMNS);

    private static final String UPDATES = """
            select %s,
                case when u.recipient is not null then array[u.recipient]
                    when not exists (select 1 from conversations_participants where conversation_id = c.id)
                    then array[c.user_id]
                    else array(
                        select p.user_id from conversations_participants p
                        where p.conversation_id = c.id and (p.user_id = c.user_id or p.joined_at <= u.created_at) and not exists (
                            select 1 from conversation_updates o where o.conversation_id = u.conversation_id
                                and o.revision = u.revision and o.recipient = p.user_id)) end as users
            from unnest($1::uuid[], $2::text[], $3::bigint[]) as due (conversation_id, kind, number)
            join conversation_updates u on u.conversation_id = due.conversation_id and u.revision = due.number
            join conversations c on c.id = due.conversation_id
            order by u.conversation_id, u.revision
            """
            .formatted(Events.COLUMNS);

    /** What may be in memory at a time, in bytes as stored: several times as much as Java objects and on its way out. */
    private static final long MOST_BYTES = 2 << 20;

    private BacklogStore() {
    }

    /** The first of the positions: no more after {@link #MOST_BYTES}, and one at least. */
    static Uni<List<EventPosition>> fitting(SqlConnection connection, List<EventPosition> due) {
        return connection.preparedQuery(SIZES).execute(OutboxStore.keys(due))
                .map(sizes -> due.subList(0, countThatFits(sizes)));
    }

    /** The events of one kind at these positions, in the order of each conversation; what is not kept any more is left out. */
    static Uni<List<Backlog.Entry>> read(SqlConnection connection, List<EventPosition> due, Kind kind) {
        var positions = due.stream().filter(position -> position.kind() == kind).toList();
        return connection.preparedQuery(kind == Kind.MESSAGE ? MESSAGES : UPDATES)
                .execute(OutboxStore.keys(positions))
                .map(rows -> rows.stream().map(row -> entry(row, kind)).toList());
    }

    private static int countThatFits(RowSet<Row> sizes) {
        int count = 0;
        long bytes = 0;
        for (var row : sizes) {
            if (bytes >= MOST_BYTES) {
                break;
            }
            bytes += row.getLong("bytes");
            count++;
        }
        return count;
    }

    private static Backlog.Entry entry(Row row, Kind kind) {
        var subjects = Arrays.stream(row.getArrayOfUUIDs("users")).map(Subjects::ofUser).toList();
        return new Backlog.Entry(subjects, kind == Kind.MESSAGE ? Message.event(row) : Events.update(row));
    }
}

package dev.together.message;

import java.util.Collections;
import java.util.List;
import java.util.UUID;

import jakarta.inject.Singleton;

import dev.together.event.Event;
import dev.together.event.Event.ReadMark;
import dev.together.event.Gap;
import dev.together.event.OutboxEntry;
import dev.together.event.StoredEvents;
import dev.together.event.StreamId.Kind;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;

/** The events of read marks: of each person in a conversation the newest, without an order. */
@Singleton
class ReadMarkEvents extends StoredEvents {

    private static final long BYTES = 200;

    private static final String SINCE = """
            select r.conversation_id as chat_id, r.number as first, r.number, r.id, r.created_at, 200 as bytes
            from conversation_audience a join read_marks r on r.conversation_id = a.conversation_id
            join conversations c on c.id = a.conversation_id
            where a.user_id = $1 and r.created_at >= greatest(a.since, $2) and (r.user_id = $1 or %s)
            order by r.created_at desc limit $3
            """.formatted(ReadMarkStore.ARE_PUBLIC);

    private static final String AT = """
            select r.conversation_id, r.user_id, r.message_number, r.id, r.number
            from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::bigint[]) as wanted (chat_id, number, id, first)
            join read_marks r on r.conversation_id = wanted.chat_id and r.number = wanted.number
            """;

    private static final String DUE = """
            select r.conversation_id, r.user_id, r.message_number, r.id, r.number, array(
                select a.user_id from conversation_audience a
                where a.conversation_id = c.id and (a.user_id = r.user_id or %s)) as users
            from unnest($1::uuid[], $2::bigint[]) as due (chat_id, number)
            join read_marks r on r.conversation_id = due.chat_id and r.number = due.number
            join conversations c on c.id = r.conversation_id
            order by r.number
            """.formatted(ReadMarkStore.ARE_PUBLIC);

    ReadMarkEvents(Pool pool) {
        super(pool, Kind.READ_MARK, new Statements(SINCE, SINCE, AT, DUE));
    }

    @Override
    protected Event event(Row row) {
        return new ReadMark(row.getUUID("id").toString(), row.getUUID("conversation_id"), row.getUUID("user_id"),
                row.getLong("message_number"), row.getLong("number"));
    }

    /** A mark has no place in an order, so none is ever missing in one. */
    @Override
    public Uni<List<Event>> missing(UUID userId, Gap gap) {
        return Uni.createFrom().item(List.of());
    }

    @Override
    public Uni<List<Long>> sizes(SqlConnection connection, List<OutboxEntry> due) {
        return Uni.createFrom().item(Collections.nCopies(due.size(), BYTES));
    }
}

package dev.together.event;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import dev.together.event.StreamId.Kind;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;

/** An {@link EventSource} by statements: a kind has its own and says which event a row is. */
public abstract class StoredEvents implements EventSource {

    /** By how many bytes each of those it concerns adds to what an event takes in memory. */
    private static final String SIZES = """
            select greatest(audience.count, 1) * 200 + coalesce((%s), 0) as bytes
            from unnest($1::uuid[], $2::bigint[]) with ordinality as due (chat_id, number, position)
            left join (
                select conversation_id, count(*) from conversation_audience
                where conversation_id = any($1::uuid[]) group by conversation_id
            ) audience on audience.conversation_id = due.chat_id
            order by due.position
            """;

    private final Pool pool;
    private final Kind kind;
    private final Statements statements;

    /**
     * The statements that each kind has.
     *
     * @param since of a user, a time and a limit: rows for {@link EventRef#of}
     * @param stateSince the same, where the newest stands for those before it
     * @param at of {@link EventRef#keys}: the events
     * @param due of {@link OutboxEntry#keys}: the events and, in {@code users}, whom each concerns
     */
    public record Statements(String since, String stateSince, String at, String due) {
    }

    protected StoredEvents(Pool pool, Kind kind, Statements statements) {
        this.pool = pool;
        this.kind = kind;
        this.statements = statements;
    }

    /**
     * The statement for {@link #sizes(String, SqlConnection, List)}.
     *
     * @param bytes a query for the length of the event at {@code due.chat_id}, {@code due.number}: a text's is known without
     *        reading it
     */
    protected static String sizesBy(String bytes) {
        return SIZES.formatted(bytes);
    }

    /** The event that this row has. */
    protected abstract Event event(Row row);

    @Override
    public Kind kind() {
        return kind;
    }

    @Override
    public Uni<List<EventRef>> since(UUID userId, Instant since, int limit) {
        return refs(statements.since, userId, since, limit);
    }

    @Override
    public Uni<List<EventRef>> stateSince(UUID userId, Instant since, int limit) {
        return refs(statements.stateSince, userId, since, limit);
    }

    @Override
    public Uni<List<Event>> read(List<EventRef> refs) {
        return pool.preparedQuery(statements.at).execute(EventRef.keys(refs)).map(this::events);
    }

    @Override
    public Uni<List<AddressedEvent>> due(SqlConnection connection, List<OutboxEntry> due) {
        return connection.preparedQuery(statements.due).execute(OutboxEntry.keys(due)).map(rows -> rows.stream()
                .map(row -> new AddressedEvent(event(row), Arrays.asList(row.getArrayOfUUIDs("users")))).toList());
    }

    /** By a statement whose parameters are the user and what the gap says: conversation, after, before, since. */
    protected Uni<List<Event>> missing(String statement, UUID userId, Gap gap) {
        return pool.preparedQuery(statement)
                .execute(Tuple.of(userId, gap.chatId(), gap.after(), gap.before(),
                        Instant.ofEpochMilli(gap.since()).atOffset(ZoneOffset.UTC)))
                .map(this::events);
    }

    protected Uni<List<Long>> sizes(String statement, SqlConnection connection, List<OutboxEntry> due) {
        return connection.preparedQuery(statement).execute(OutboxEntry.keys(due))
                .map(rows -> rows.stream().map(row -> row.getLong("bytes")).toList());
    }

    private Uni<List<EventRef>> refs(String statement, UUID userId, Instant since, int limit) {
        return pool.preparedQuery(statement).execute(Tuple.of(userId, since.atOffset(ZoneOffset.UTC), limit))
                .map(rows -> rows.stream().map(row -> EventRef.of(row, kind)).toList());
    }

    private List<Event> events(RowSet<Row> rows) {
        return rows.stream().map(this::event).toList();
    }
}

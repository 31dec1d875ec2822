package dev.together.outbox;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import jakarta.inject.Singleton;

import dev.together.event.OutboxEntry;
import dev.together.event.StreamId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;

/** The outbox's table. */
@Singleton
public class OutboxStore {

    private static final String[] KINDS = Arrays.stream(StreamId.Kind.values()).map(StreamId.Kind::column)
            .toArray(String[]::new);

    private static final int MOST_COUNTED = 20_000;

    private static final String REMOVE = """
            delete from outbox
            where (chat_id, kind, number) in (select * from unnest($1::uuid[], $2::text[], $3::bigint[]))
            """;

    /**
     * Of the kinds that this version knows. In the order of the key: by age, all of a large backlog would be read and sorted
     * for each few.
     */
    static final String LOCK_DUE = """
            select chat_id, kind, number from outbox
            where created_at < clock_timestamp() - $1 * interval '1 millisecond' and kind = any($3)
            order by chat_id, kind, number limit $2
            for update skip locked
            """;

    private static final String STATE = """
            select clock_timestamp() as now, count(*) as entries, min(created_at) as oldest_at
            from (select created_at from outbox limit %d) entries
            """.formatted(MOST_COUNTED);

    private final Pool pool;

    OutboxStore(Pool pool) {
        this.pool = pool;
    }

    Uni<Void> remove(List<OutboxEntry> entries) {
        return pool.preparedQuery(REMOVE).execute(OutboxEntry.keysOfAllKinds(entries)).replaceWithVoid();
    }

    /** Removes the entries within the caller's transaction. */
    public Uni<Void> remove(SqlConnection connection, List<OutboxEntry> entries) {
        return connection.preparedQuery(REMOVE).execute(OutboxEntry.keysOfAllKinds(entries)).replaceWithVoid();
    }

    /** Entries of at least this age that no other process is working on, locked until the transaction ends. */
    public Uni<List<OutboxEntry>> lockDue(SqlConnection connection, Duration age, int limit) {
        return connection.preparedQuery(LOCK_DUE).execute(Tuple.of(age.toMillis(), limit, KINDS))
                .map(rows -> rows.stream().map(OutboxStore::entry).toList());
    }

    /** How full the outbox is. */
    public Uni<State> state() {
        return pool.preparedQuery(STATE).execute().map(rows -> state(rows.iterator().next()));
    }

    /**
     * The outbox at a moment.
     *
     * @param entries 20,000 where there are more
     * @param age of the oldest of them; zero where there is none
     */
    public record State(long entries, Duration age) {
    }

    private static State state(Row row) {
        var now = row.getOffsetDateTime("now").toInstant();
        var oldest = row.getOffsetDateTime("oldest_at");
        return new State(row.getLong("entries"),
                oldest == null ? Duration.ZERO : Duration.between(oldest.toInstant(), now));
    }

    private static OutboxEntry entry(Row row) {
        return new OutboxEntry(new StreamId(row.getUUID("chat_id"), StreamId.Kind.of(row.getString("kind"))),
                row.getLong("number"));
    }
}

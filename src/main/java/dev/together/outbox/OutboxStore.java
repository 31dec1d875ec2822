package dev.together.outbox;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import jakarta.inject.Singleton;

import dev.together.broker.Place;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;

/** The outbox's table. */
@Singleton
public class OutboxStore {

    private static final String REMOVE = """
            delete from outbox
            where (chat_id, kind, number) in (select * from unnest($1::uuid[], $2::text[], $3::bigint[]))
            """;

    private static final String LOCK_DUE = """
            select chat_id, kind, number from outbox
            where created_at < clock_timestamp() - $1 * interval '1 millisecond'
            order by created_at limit $2
            for update skip locked
            """;

    private final Pool pool;

    OutboxStore(Pool pool) {
        this.pool = pool;
    }

    Uni<Void> remove(List<Place> places) {
        return pool.preparedQuery(REMOVE).execute(keys(places)).replaceWithVoid();
    }

    /** Removes the entries within the caller's transaction. */
    public Uni<Void> remove(SqlConnection connection, List<Place> places) {
        return connection.preparedQuery(REMOVE).execute(keys(places)).replaceWithVoid();
    }

    /** The oldest entries of at least this age that no other process is working on, locked until the transaction ends. */
    public Uni<List<Place>> lockDue(SqlConnection connection, Duration age, int limit) {
        return connection.preparedQuery(LOCK_DUE).execute(Tuple.of(age.toMillis(), limit))
                .map(rows -> rows.stream().map(OutboxStore::place).toList());
    }

    private static Place place(Row row) {
        return new Place(row.getUUID("chat_id"), Place.Kind.of(row.getString("kind")), row.getLong("number"), 0, 0,
                Place.NO_FLOOR);
    }

    private static Tuple keys(List<Place> places) {
        return Tuple.of(
                places.stream().map(Place::chatId).toArray(UUID[]::new),
                places.stream().map(place -> place.kind().column()).toArray(String[]::new),
                places.stream().map(Place::number).toArray(Long[]::new));
    }
}

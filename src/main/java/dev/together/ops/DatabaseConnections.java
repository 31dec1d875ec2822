package dev.together.ops;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.together.Settings;
import dev.together.http.StoreReadOnly;
import dev.together.log.LogEvent;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.core.Future;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.spi.PgDriver;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SqlConnectionInternal;

/**
 * Makes the connections to PostgreSQL keep every prepared statement, however long it is, and give up what hangs.
 *
 * <p>
 * Without the first the client keeps only statements under 2,048 characters, and that of a send, which is longer, would be
 * parsed, planned and fetched over one more round trip each time. Without the second, connections that the network has
 * swallowed would stay in the pool until TCP gives them up, after a quarter of an hour: callers are answered in time
 * ({@link dev.together.http.DatabaseTimeout}), but each with 503. So one on which nothing comes for
 * {@code together.database.silence} is closed, and what waits for its answer fails. An idle connection ends that way, too,
 * and is opened again when it is needed. For the same reason nobody waits long for a connection, and not too many do.
 *
 * <p>
 * After a failover a pool would keep its connections to the old primary, which takes no writes any more. So they are all
 * given up when it is seen that one is read-only, and what is opened then goes to whoever has the address now.
 */
@Singleton
class DatabaseConnections implements PgPoolCreator {

    private static final int WAITS_SECONDS = 2;
    private static final int MOST_WAITING = 2_000;
    /** Where no other database is there yet either, nothing is gained by trying more often. */
    private static final long RENEWED_EVERY_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final int silenceMillis;
    private final DatabaseTls tls;
    private final Set<SqlConnection> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong renewedAt = new AtomicLong(System.nanoTime() - RENEWED_EVERY_NANOS);

    DatabaseConnections(Settings settings, DatabaseTls tls) {
        this.silenceMillis = Math.toIntExact(settings.database().silence().toMillis());
        this.tls = tls;
    }

    @Override
    public Pool create(Input input) {
        var servers = input.pgConnectOptionsList();
        servers.forEach(this::set);
        input.poolOptions().setConnectionTimeout(WAITS_SECONDS).setConnectionTimeoutUnit(TimeUnit.SECONDS)
                .setMaxWaitQueueSize(MOST_WAITING);
        var turn = new AtomicInteger();
        var connections = PgDriver.INSTANCE.createConnectionFactory(input.vertx(),
                () -> Future.succeededFuture(servers.get(Math.floorMod(turn.getAndIncrement(), servers.size()))));
        return PgBuilder.pool().with(input.poolOptions()).connectingTo(servers.get(0)).using(input.vertx()).build()
                .connectionProvider(context -> connections.connect(context).onSuccess(this::opened));
    }

    private void set(PgConnectOptions options) {
        options.setPreparedStatementCacheSqlFilter(sql -> true);
        options.setReadIdleTimeout(silenceMillis).setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        tls.set(options);
    }

    private void opened(SqlConnection connection) {
        open.removeIf(other -> !((SqlConnectionInternal) other).unwrap().isValid());
        open.add(connection);
    }

    void renew(@Observes StoreReadOnly seen) {
        renew();
    }

    /** Closes every connection after what is under way on it, unless that was just done. */
    void renew() {
        long now = System.nanoTime();
        long last = renewedAt.get();
        if (now - last < RENEWED_EVERY_NANOS || !renewedAt.compareAndSet(last, now)) {
            return;
        }
        LogEvent.warn(DatabaseConnections.class, "database_read_only").with("connections", open.size()).log();
        for (var connection : List.copyOf(open)) {
            open.remove(connection);
            connection.close();
        }
    }
}

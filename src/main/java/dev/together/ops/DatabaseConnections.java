package dev.together.ops;

import java.util.List;
import java.util.concurrent.TimeUnit;

import jakarta.inject.Singleton;

import dev.together.Settings;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnectOptions;

/**
 * Makes the connections to PostgreSQL keep every prepared statement, however long it is, and give up what hangs.
 *
 * <p>
 * Without the first the client keeps only statements under 2,048 characters, and that of a send, which is longer, would be
 * parsed, planned and fetched over one more round trip each time. Without the second, connections that the network has
 * swallowed would stay in the pool until TCP gives them up, after a quarter of an hour: callers are answered in time
 * ({@link dev.together.http.Patience}), but each with 503. So one on which nothing comes for
 * {@code together.database.silence} is closed, and what waits for its answer fails. An idle connection ends that way, too,
 * and is opened again when it is needed. For the same reason nobody waits long for a connection, and not too many do.
 */
@Singleton
class DatabaseConnections implements PgPoolCreator {

    private static final int WAITS_SECONDS = 2;
    private static final int MOST_WAITING = 2_000;

    private final int silenceMillis;

    DatabaseConnections(Settings settings) {
        this.silenceMillis = Math.toIntExact(settings.database().silence().toMillis());
    }

    @Override
    public Pool create(Input input) {
        input.pgConnectOptionsList().forEach(this::set);
        input.poolOptions().setConnectionTimeout(WAITS_SECONDS).setConnectionTimeoutUnit(TimeUnit.SECONDS)
                .setMaxWaitQueueSize(MOST_WAITING);
        return PgBuilder.pool().with(input.poolOptions())
                .connectingTo(List.<SqlConnectOptions> copyOf(input.pgConnectOptionsList()))
                .using(input.vertx()).build();
    }

    private void set(PgConnectOptions options) {
        options.setPreparedStatementCacheSqlFilter(sql -> true);
        options.setReadIdleTimeout(silenceMillis).setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    }
}

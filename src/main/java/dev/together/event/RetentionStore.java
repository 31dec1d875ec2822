package dev.together.event;

import java.time.Duration;

import jakarta.inject.Singleton;

import dev.together.Settings;
import dev.together.log.LogEvent;
import dev.together.time.Timers;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;

/** Removes events that were stored for replay alone once nobody can ask for them any more. */
@Singleton
public class RetentionStore {

    private static final Duration EVERY = Duration.ofMinutes(10);

    private static final String PRUNE = """
            delete from %s where created_at < clock_timestamp() - $1 * interval '1 second'
            """;

    private final Pool pool;
    private final Timers timers;
    private final Duration retention;

    RetentionStore(Pool pool, Timers timers, Settings settings) {
        this.pool = pool;
        this.timers = timers;
        this.retention = settings.replay().retention();
    }

    /** Does so with this table from now on, until the process ends. */
    public void prune(String table) {
        timers.every(EVERY, () -> pool.preparedQuery(PRUNE.formatted(table)).execute(Tuple.of(retention.toSeconds()))
                .subscribe().with(
                        rows -> LogEvent.info(RetentionStore.class, table + "_pruned").with("count", rows.rowCount()).log(),
                        e -> LogEvent.warn(RetentionStore.class, table + "_prune_failed").with(e).log()));
    }
}

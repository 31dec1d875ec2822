package dev.together.time;

import java.time.Duration;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.together.log.LogEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.sqlclient.Pool;

/** Sets the {@link DatabaseClock} by the database. */
@Singleton
class ClockStore {

    private static final Duration EVERY = Duration.ofSeconds(1);

    private final Pool pool;
    private final DatabaseClock clock;
    private final Timers timers;

    ClockStore(Pool pool, DatabaseClock clock, Timers timers) {
        this.pool = pool;
        this.clock = clock;
        this.timers = timers;
    }

    void start(@Observes StartupEvent event) {
        timers.every(EVERY, this::read);
        read();
    }

    private void read() {
        pool.query("select clock_timestamp() as now").execute()
                .map(rows -> rows.iterator().next().getOffsetDateTime("now").toInstant())
                .subscribe().with(clock::observed,
                        e -> LogEvent.debug(ClockStore.class, "database_clock_failed").with(e).log());
    }
}

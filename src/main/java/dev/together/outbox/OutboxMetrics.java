package dev.together.outbox;

import java.time.Duration;

import jakarta.inject.Singleton;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** How much is committed and not known to be published, as it was last seen; unknown while the database is away. */
@Singleton
public class OutboxMetrics {

    private volatile double entries = Double.NaN;
    private volatile double ageSeconds = Double.NaN;

    OutboxMetrics(MeterRegistry registry) {
        Gauge.builder("together.outbox.entries", () -> entries)
                .description("Events that are committed and not yet known to be published; 20,000 where there are more")
                .register(registry);
        Gauge.builder("together.outbox.age", () -> ageSeconds).baseUnit("seconds")
                .description("Age of the oldest event that is not yet known to be published").register(registry);
    }

    /** The outbox was looked at. */
    public void saw(long entries, Duration age) {
        this.entries = entries;
        this.ageSeconds = age.toMillis() / 1_000.0;
    }

    /** The outbox could not be looked at. */
    public void sawNothing() {
        entries = Double.NaN;
        ageSeconds = Double.NaN;
    }
}

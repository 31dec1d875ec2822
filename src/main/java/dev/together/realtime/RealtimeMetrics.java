package dev.together.realtime;

import java.time.Duration;
import java.util.function.Supplier;

import jakarta.inject.Singleton;

import dev.together.event.EncodedEvent;
import dev.together.time.DatabaseClock;
import dev.together.trace.Traces;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * Counts what happens on websockets, and watches deliveries.
 *
 * <p>
 * A refusal's reason is the protocol's code where there is one, such as {@code Unauthorized}; else a word of ours.
 */
@Singleton
class RealtimeMetrics {

    private static final Duration[] DELIVERY_BUCKETS = { Duration.ofMillis(2), Duration.ofMillis(5), Duration.ofMillis(10),
            Duration.ofMillis(25), Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(250),
            Duration.ofMillis(500),
            Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(30) };
    private static final double[] REPLAY_BUCKETS = { 1, 10, 100, 1_000, 10_000 };

    private final MeterRegistry registry;
    private final DatabaseClock time;
    private final Traces traces;
    private final Counter joins;
    private final Counter overflows;
    private final DistributionSummary replays;
    private final Timer delivery;

    RealtimeMetrics(MeterRegistry registry, DatabaseClock time, Traces traces) {
        this.registry = registry;
        this.time = time;
        this.traces = traces;
        this.joins = Counter.builder("together.joins").description("Joins that were let in").register(registry);
        this.overflows = Counter.builder("together.queue.overflows")
                .description("Connections closed because they read too slowly").register(registry);
        this.replays = DistributionSummary.builder("together.replay.events").description("Events sent again, by join")
                .serviceLevelObjectives(REPLAY_BUCKETS).register(registry);
        this.delivery = Timer.builder("together.delivery")
                .description(
                        "From the commit of a message to its write to a websocket, of one in " + BroadcastWriter.SAMPLED_EVERY)
                .serviceLevelObjectives(DELIVERY_BUCKETS).register(registry);
    }

    void watchConnections(Supplier<Number> count) {
        Gauge.builder("together.connections", count).description("Open websockets").register(registry);
    }

    void joined() {
        joins.increment();
    }

    void replayed(int events) {
        replays.record(events);
    }

    void overflowed() {
        overflows.increment();
    }

    void upgradeRefused(String reason) {
        refused("upgrade", reason);
    }

    void joinRefused(String reason) {
        refused("join", reason);
    }

    void frameRefused(String reason) {
        refused("frame", reason);
    }

    /** The event is on its way to a websocket; what this gives is run when it is written. */
    Runnable delivery(EncodedEvent event, boolean isTimed) {
        var written = traces.delivery(event);
        var position = event.position();
        if (!isTimed || position == null) {
            return written;
        }
        return () -> {
            written.run();
            deliveredSince(position.at());
        };
    }

    /** A message committed then, in milliseconds since 1970 by the database's clock, was written to a websocket now. */
    private void deliveredSince(long committedAt) {
        delivery.record(Duration.ofMillis(Math.max(0, time.now().toEpochMilli() - committedAt)));
    }

    private void refused(String what, String reason) {
        registry.counter("together.refusals", "what", what, "reason", reason).increment();
    }
}

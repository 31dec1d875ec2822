package dev.together.assistant;

import java.time.Duration;
import java.util.Map;

import jakarta.inject.Singleton;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** Counts runs by how they end, the calls of handlers, and what they stream. */
@Singleton
class RunMetrics {

    private static final Duration[] BUCKETS = { Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1),
            Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30) };

    private final Map<String, Counter> ends;
    private final Map<Call, Counter> calls;
    private final Counter deltas;
    private final Counter published;
    private final Timer firstText;
    private volatile double overdue = Double.NaN;

    RunMetrics(MeterRegistry registry) {
        ends = Map.of("complete", end("complete", registry), "cancelled", end("cancelled", registry),
                "error", end("error", registry));
        calls = Map.of(Call.TAKEN, call("taken", registry), Call.REFUSED, call("refused", registry),
                Call.FAILED, call("failed", registry));
        deltas = Counter.builder("together.assistant.deltas").description("Deltas that handlers have streamed")
                .register(registry);
        published = Counter.builder("together.assistant.published")
                .description("Events that were published of them: fewer, where several share one").register(registry);
        firstText = Timer.builder("together.assistant.first.text")
                .description("From a message to the first text of its answer that was published")
                .serviceLevelObjectives(BUCKETS).register(registry);
        Gauge.builder("together.assistant.overdue", () -> overdue)
                .description("Runs that nobody has looked at for a minute although it was time").register(registry);
    }

    /** What became of a call of a handler. */
    enum Call {
        TAKEN,
        REFUSED,
        FAILED
    }

    void ended(String status) {
        var counter = ends.get(status);
        if (counter != null) {
            counter.increment();
        }
    }

    void called(Call call) {
        var counter = calls.get(call);
        if (counter != null) {
            counter.increment();
        }
    }

    void received() {
        deltas.increment();
    }

    void published() {
        published.increment();
    }

    void firstText(Duration since) {
        firstText.record(since);
    }

    void overdue(double runs) {
        overdue = runs;
    }

    private static Counter end(String status, MeterRegistry registry) {
        return Counter.builder("together.assistant.runs").description("Runs, by how they have ended").tag("end", status)
                .register(registry);
    }

    private static Counter call(String outcome, MeterRegistry registry) {
        return Counter.builder("together.assistant.calls").description("Calls of handlers, by what became of them")
                .tag("outcome", outcome).register(registry);
    }
}

package dev.together.message;

import static dev.together.http.Failure.Code.UNAVAILABLE;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.together.http.Failure;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.mutiny.Uni;

/** Counts sends, and times them from the valid request to the committed reply. */
@Singleton
@SuppressWarnings("EnumOrdinal") // Indexes into an array of this process: nothing that lasts.
class SendMetrics {

    private static final Duration[] BUCKETS = { Duration.ofMillis(2), Duration.ofMillis(5), Duration.ofMillis(10),
            Duration.ofMillis(25), Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(250),
            Duration.ofMillis(500),
            Duration.ofSeconds(1), Duration.ofSeconds(5) };

    /** By the ordinals of kind and outcome, which nothing but this process sees. */
    private final Counter[][] sends = new Counter[Kind.values().length][Outcome.values().length];
    private final Timer seconds;

    SendMetrics(MeterRegistry registry) {
        for (var kind : Kind.values()) {
            for (var outcome : Outcome.values()) {
                sends[kind.ordinal()][outcome.ordinal()] = Counter.builder("together.sends")
                        .description("Requests to send, by what became of them")
                        .tag("kind", label(kind)).tag("outcome", label(outcome)).register(registry);
            }
        }
        seconds = Timer.builder("together.send").description("From a valid request to send to its committed reply")
                .serviceLevelObjectives(BUCKETS).register(registry);
    }

    /** What is sent. */
    enum Kind {
        USER,
        ASSISTANT,
        BATCH
    }

    /** What became of it: committed, refused for a reason that its caller reads, or failed here. */
    enum Outcome {
        SAVED,
        REFUSED,
        FAILED
    }

    <T> Uni<T> measured(Kind kind, Supplier<Uni<? extends T>> send) {
        long begin = System.nanoTime();
        return Uni.createFrom().deferred(send)
                .onItemOrFailure().invoke((reply, failure) -> count(kind, failure, System.nanoTime() - begin));
    }

    private void count(Kind kind, @Nullable Throwable failure, long nanos) {
        sends[kind.ordinal()][outcome(failure).ordinal()].increment();
        seconds.record(nanos, TimeUnit.NANOSECONDS);
    }

    private static Outcome outcome(@Nullable Throwable failure) {
        if (failure == null) {
            return Outcome.SAVED;
        }
        return failure instanceof Failure refused && refused.code() != UNAVAILABLE ? Outcome.REFUSED : Outcome.FAILED;
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}

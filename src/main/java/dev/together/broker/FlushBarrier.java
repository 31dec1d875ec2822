package dev.together.broker;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.together.log.LogEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;

/**
 * Asks NATS for a sign of life, and so finds out what is sure.
 *
 * <p>
 * The answer comes on the connection after everything else. So with it, all that was sent before the question has left, and
 * all that was published before it has arrived, unless the connection was lost or something dropped since the last answer:
 * then what came after that one may be missing. One question serves all who wait; it is asked on a thread of its own.
 */
class FlushBarrier {

    private final Clock clock;
    private final Consumer<Instant> missed;
    private final ConcurrentLinkedQueue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong unconfirmedBytes = new AtomicLong();
    private final AtomicBoolean isAsking = new AtomicBoolean();
    private final ScheduledExecutorService thread;
    private volatile @Nullable NatsConnection link;
    private volatile @Nullable Answer last;

    /** @param missed told since when events may be missing */
    FlushBarrier(Clock clock, Consumer<Instant> missed) {
        this.clock = clock;
        this.missed = missed;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            var created = new Thread(task, "nats-pulse");
            created.setDaemon(true);
            return created;
        });
    }

    /** Asks at least this often from now on. */
    void start(Duration every, Runnable before) {
        var unused = thread.scheduleWithFixedDelay(() -> {
            try {
                before.run();
                ask();
            } catch (RuntimeException | Error e) {
                // It must go on, also after memory was short: without it nothing is ever connected again.
                LogEvent.error(FlushBarrier.class, "nats_pulse_failed").with(e).log();
            }
        }, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    void stop() {
        thread.shutdownNow();
    }

    /** Asks on this connection from now on. */
    void on(NatsConnection established) {
        link = established;
        askSoon();
    }

    /** Whether the connection is there, and nothing is missing that was not told. */
    boolean isSteady() {
        var asked = link;
        var answer = last;
        return asked != null && answer != null && asked.isConnected() && answer.epoch == asked.epoch();
    }

    /**
     * So much is sent now. What waits is looked at, not what comes: that may be more than the limit by itself, and has to
     * go one day, also where something always waits.
     *
     * @throws IllegalStateException when as much as the limit waits for an answer
     */
    void sending(long bytes, long limit) {
        if (unconfirmedBytes.getAndAdd(bytes) >= limit) {
            unconfirmedBytes.addAndGet(-bytes);
            throw new IllegalStateException("NATS does not keep up");
        }
    }

    /** Completes when the next question is answered; fails when the connection was lost since that many epoch. */
    Uni<Void> next(long epoch) {
        return Uni.createFrom().emitter(emitter -> {
            waiting.add(new Waiting(epoch, emitter));
            askSoon();
        });
    }

    void askSoon() {
        if (isAsking.compareAndSet(false, true)) {
            try {
                thread.execute(this::ask);
            } catch (RejectedExecutionException e) {
                isAsking.set(false);
                take().forEach(each -> each.finish(null));
            }
        }
    }

    private void ask() {
        isAsking.set(false);
        var batch = take();
        var asked = link;
        var answer = asked == null ? null : ask(asked);
        batch.forEach(each -> each.finish(answer));
        if (answer != null) {
            compare(last, answer);
            last = answer;
        }
    }

    /** Null when there is no answer in time. */
    private @Nullable Answer ask(NatsConnection asked) {
        var now = clock.instant();
        long epoch = asked.epoch();
        long bytes = unconfirmedBytes.get();
        try {
            var unused = asked.connection.RTT();
        } catch (IOException | IllegalStateException e) {
            return null;
        }
        unconfirmedBytes.addAndGet(-bytes);
        // An answer to a question of the connection before this one is none.
        return asked.isConnected() && asked.epoch() == epoch ? new Answer(now, epoch, asked.dropped()) : null;
    }

    private void compare(@Nullable Answer before, Answer now) {
        if (before != null && (before.epoch != now.epoch || before.dropped != now.dropped)) {
            missed.accept(before.askedAt);
        }
    }

    private List<Waiting> take() {
        var batch = new ArrayList<Waiting>();
        for (var next = waiting.poll(); next != null; next = waiting.poll()) {
            batch.add(next);
        }
        return batch;
    }

    /** What was true when NATS answered. */
    private record Answer(Instant askedAt, long epoch, long dropped) {
    }

    /** Somebody who waits for an answer. */
    private record Waiting(long epoch, UniEmitter<? super @Nullable Void> emitter) {

        void finish(@Nullable Answer answer) {
            if (answer == null) {
                emitter.fail(new IllegalStateException("NATS does not answer"));
            } else if (answer.epoch != epoch) {
                emitter.fail(new IllegalStateException("The connection to NATS was lost meanwhile"));
            } else {
                emitter.complete(null);
            }
        }
    }
}

package dev.together.outbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.together.broker.Broker;
import dev.together.event.OutboxEntry;
import dev.together.log.LogEvent;
import dev.together.time.Timers;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;

/**
 * Removes the entries of events that were published.
 *
 * <p>
 * Entries are written by the statement that commits their event. They are removed in batches, after the broker said that
 * everything has left; an entry that could not be removed stays, and whoever sweeps publishes its event once more.
 */
@Singleton
public class Outbox {

    private static final Duration EVERY = Duration.ofMillis(100);
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(3);
    private static final int BATCH = 5_000;

    private final Broker broker;
    private final OutboxStore store;
    private final Timers timers;
    private final ConcurrentLinkedQueue<Published> published = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean removing = new AtomicBoolean();

    Outbox(Broker broker, OutboxStore store, Timers timers) {
        this.broker = broker;
        this.store = store;
        this.timers = timers;
    }

    void start(@Observes StartupEvent event) {
        timers.every(EVERY, () -> removeNow().subscribe().with(done -> {
        }, e -> LogEvent.warn(Outbox.class, "outbox_remove_failed").with(e).log()));
    }

    /** Waits for a moment until what was published is removed; otherwise it would be published once more. */
    void end(@Observes ShutdownEvent event) {
        long end = System.nanoTime() + ENDS_WITHIN.toNanos();
        while ((!published.isEmpty() || removing.get()) && System.nanoTime() < end) {
            LockSupport.parkNanos(EVERY.toNanos() / 10);
        }
    }

    /** The event of this entry was handed to the broker, in this {@link Broker#epoch}. */
    public void published(OutboxEntry entry, long epoch) {
        published.add(new Published(entry, epoch));
    }

    /** Removes what was published so far, unless that is under way. */
    public Uni<Void> removeNow() {
        if (published.isEmpty() || !removing.compareAndSet(false, true)) {
            return Uni.createFrom().voidItem();
        }
        var batch = take();
        return broker.flush(batch.stream().mapToLong(Published::epoch).min().orElse(0))
                .flatMap(flushed -> store.remove(batch.stream().map(Published::entry).toList()))
                .onTermination().invoke(() -> removing.set(false));
    }

    private List<Published> take() {
        var batch = new ArrayList<Published>();
        for (var next = published.poll(); next != null; next = batch.size() < BATCH ? published.poll() : null) {
            batch.add(next);
        }
        return batch;
    }

    /** An event that was handed to the broker, and in which of its epochs. */
    private record Published(OutboxEntry entry, long epoch) {
    }
}

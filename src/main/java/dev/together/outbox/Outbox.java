package dev.together.outbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.together.broker.Broker;
import dev.together.broker.Place;
import dev.together.log.LogEvent;
import dev.together.time.Timers;
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
    private static final int BATCH = 5_000;

    private final Broker broker;
    private final OutboxStore store;
    private final Timers timers;
    private final ConcurrentLinkedQueue<Place> published = new ConcurrentLinkedQueue<>();
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

    /** The event at this place was handed to the broker. */
    public void published(Place place) {
        published.add(place);
    }

    /** Removes what was published so far, unless that is under way. */
    public Uni<Void> removeNow() {
        if (published.isEmpty() || !removing.compareAndSet(false, true)) {
            return Uni.createFrom().voidItem();
        }
        var batch = take();
        return broker.flush()
                .flatMap(flushed -> store.remove(batch))
                .onTermination().invoke(() -> removing.set(false));
    }

    private List<Place> take() {
        var batch = new ArrayList<Place>();
        for (var place = published.poll(); place != null; place = batch.size() < BATCH ? published.poll() : null) {
            batch.add(place);
        }
        return batch;
    }
}

package dev.together.outbox;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.together.Settings;
import dev.together.broker.Broker;
import dev.together.event.EventCodec;
import dev.together.event.EventSource;
import dev.together.event.EventSources;
import dev.together.event.OutboxEntry;
import dev.together.http.DatabaseTimeout;
import dev.together.log.LogEvent;
import dev.together.time.Timers;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;

/**
 * Publishes what was committed and not published by the process that committed it, because that died or the broker was
 * away. Every process sweeps; entries that one works on are locked and the others pass them by.
 */
@Singleton
class OutboxRelay {

    private static final int BATCH = 500;
    /** So often NATS is asked while entries are locked. */
    private static final int PORTIONS = 8;
    /** What may be in memory at a time, in bytes as stored: several times as much as Java objects and on its way out. */
    private static final long MOST_BYTES = 2 << 20;

    private final Pool pool;
    private final OutboxStore outbox;
    private final EventSources sources;
    private final EventCodec codec;
    private final Broker broker;
    private final OutboxMetrics metrics;
    private final Timers timers;
    private final Settings.Outbox settings;
    private final AtomicBoolean sweeping = new AtomicBoolean();

    OutboxRelay(Pool pool, OutboxStore outbox, EventSources sources, EventCodec codec, Broker broker,
            OutboxMetrics metrics, Timers timers, Settings settings) {
        this.pool = pool;
        this.outbox = outbox;
        this.sources = sources;
        this.codec = codec;
        this.broker = broker;
        this.metrics = metrics;
        this.timers = timers;
        this.settings = settings.outbox();
    }

    void start(@Observes StartupEvent event) {
        timers.every(Settings.Outbox.SWEEP_EVERY, this::sweepSoon);
        sweepSoon();
    }

    private void sweepSoon() {
        if (!sweeping.compareAndSet(false, true)) {
            return;
        }
        look().chain(this::sweepAll)
                .onTermination().invoke(() -> sweeping.set(false))
                .subscribe().with(done -> {
                }, e -> LogEvent.warn(OutboxRelay.class, "outbox_sweep_failed").with(e).log());
    }

    private Uni<Void> look() {
        return outbox.state()
                .invoke(state -> metrics.saw(state.entries(), state.age()))
                .onFailure().invoke(metrics::sawNothing)
                .replaceWithVoid();
    }

    private Uni<Void> sweepAll() {
        if (!broker.isConnected()) {
            return Uni.createFrom().voidItem();
        }
        return DatabaseTimeout.replanned(pool.withTransaction(this::sweep))
                .flatMap(isMore -> isMore ? sweepAll() : Uni.createFrom().voidItem());
    }

    /** Whether more is due. */
    private Uni<Boolean> sweep(SqlConnection connection) {
        return outbox.lockDue(connection, settings.due(), BATCH)
                .flatMap(due -> due.isEmpty() ? Uni.createFrom().item(false)
                        : fitting(connection, due)
                                .flatMap(fitting -> publish(connection, fitting))
                                .map(gone -> gone < due.size() || due.size() == BATCH));
    }

    /** The first of the entries: no more after {@link #MOST_BYTES}, and one at least. */
    private Uni<List<OutboxEntry>> fitting(SqlConnection connection, List<OutboxEntry> due) {
        var sizes = new HashMap<OutboxEntry, Long>();
        return eachSource(due, (source, entries) -> source.sizes(connection, entries).invoke(found -> {
            for (int i = 0; i < found.size(); i++) {
                sizes.put(entries.get(i), found.get(i));
            }
        })).map(done -> due.subList(0, countThatFits(due, sizes)));
    }

    private static int countThatFits(List<OutboxEntry> due, Map<OutboxEntry, Long> sizes) {
        int count = 0;
        long bytes = 0;
        while (count < due.size() && bytes < MOST_BYTES) {
            bytes += sizes.getOrDefault(due.get(count), 0L);
            count++;
        }
        return count;
    }

    /** How many have left. */
    private Uni<Integer> publish(SqlConnection connection, List<OutboxEntry> due) {
        LogEvent.info(OutboxRelay.class, "outbox_swept").with("count", due.size()).log();
        var backlog = new Backlog(broker, codec);
        return eachSource(due, (source, entries) -> source.due(connection, entries).invoke(backlog::add))
                .chain(() -> backlog.publish(PORTIONS))
                .map(done -> backlog.gone(due))
                .flatMap(gone -> outbox.remove(connection, gone).replaceWith(gone.size()));
    }

    /** One after another, each with the entries of its kind. */
    private Uni<Void> eachSource(List<OutboxEntry> due, BiFunction<EventSource, List<OutboxEntry>, Uni<?>> work) {
        return sources.each(source -> {
            var entries = due.stream().filter(entry -> entry.stream().kind() == source.kind()).toList();
            return entries.isEmpty() ? Uni.createFrom().voidItem() : work.apply(source, entries).replaceWithVoid();
        }).onItem().ignoreAsUni();
    }
}

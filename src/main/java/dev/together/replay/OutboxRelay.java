package dev.together.replay;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.together.Settings;
import dev.together.broker.Broker;
import dev.together.channel.EventPublisher;
import dev.together.event.EventPosition;
import dev.together.event.EventPosition.Kind;
import dev.together.http.DatabaseTimeout;
import dev.together.log.LogEvent;
import dev.together.outbox.OutboxMetrics;
import dev.together.outbox.OutboxStore;
import dev.together.time.DatabaseClock;
import dev.together.time.Timers;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;

/**
 * Publishes what was committed and not published by the process that committed it, because that died or the broker was
 * away. Every process sweeps; entries that one works on are locked and the others pass them by.
 */
@Singleton
class OutboxRelay {

    private static final int BATCH = 500;
    /** So often NATS is asked while entries are locked. */
    private static final int PORTIONS = 8;
    private static final Duration PRUNE_EVERY = Duration.ofMinutes(10);

    private static final String PRUNE = """
            delete from conversation_updates where created_at < clock_timestamp() - $1 * interval '1 second'
            """;

    private final Pool pool;
    private final OutboxStore outbox;
    private final EventPublisher publisher;
    private final Broker broker;
    private final DatabaseClock time;
    private final OutboxMetrics metrics;
    private final Timers timers;
    private final Settings settings;
    private final AtomicBoolean sweeping = new AtomicBoolean();

    OutboxRelay(Pool pool, OutboxStore outbox, EventPublisher publisher, Broker broker, DatabaseClock time,
            OutboxMetrics metrics,
            Timers timers, Settings settings) {
        this.pool = pool;
        this.outbox = outbox;
        this.publisher = publisher;
        this.broker = broker;
        this.time = time;
        this.metrics = metrics;
        this.timers = timers;
        this.settings = settings;
    }

    void start(@Observes StartupEvent event) {
        timers.every(settings.outbox().sweepEvery(), this::sweepSoon);
        timers.every(PRUNE_EVERY, this::prune);
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
                .invoke(state -> time.observed(state.now()))
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
        return outbox.lockDue(connection, settings.outbox().due(), BATCH)
                .flatMap(due -> due.isEmpty() ? Uni.createFrom().item(false)
                        : BacklogStore.fitting(connection, due)
                                .flatMap(fitting -> publish(connection, fitting))
                                .map(gone -> gone < due.size() || due.size() == BATCH));
    }

    /** How many have left. */
    private Uni<Integer> publish(SqlConnection connection, List<EventPosition> due) {
        LogEvent.info(OutboxRelay.class, "outbox_swept").with("count", due.size()).log();
        var backlog = new Backlog(broker, publisher);
        return BacklogStore.read(connection, due, Kind.MESSAGE).invoke(backlog::add)
                .chain(() -> BacklogStore.read(connection, due, Kind.CONVERSATION)).invoke(backlog::add)
                .chain(() -> backlog.publish(PORTIONS))
                .map(done -> backlog.gone(due))
                .flatMap(gone -> outbox.remove(connection, gone).replaceWith(gone.size()));
    }

    private void prune() {
        pool.preparedQuery(PRUNE).execute(Tuple.of(settings.replay().retention().toSeconds())).subscribe().with(
                rows -> LogEvent.info(OutboxRelay.class, "conversation_updates_pruned").with("count", rows.rowCount()).log(),
                e -> LogEvent.warn(OutboxRelay.class, "conversation_updates_prune_failed").with(e).log());
    }
}

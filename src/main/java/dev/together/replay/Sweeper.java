package dev.together.replay;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.together.Settings;
import dev.together.broker.Broker;
import dev.together.broker.Place;
import dev.together.broker.Place.Kind;
import dev.together.channel.Channels;
import dev.together.channel.DatabaseTime;
import dev.together.channel.Subjects;
import dev.together.log.LogEvent;
import dev.together.message.Message;
import dev.together.outbox.OutboxMetrics;
import dev.together.outbox.OutboxStore;
import dev.together.time.Timers;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;

/**
 * Publishes what was committed and not published by the process that committed it, because that died or the broker was
 * away. Every process sweeps; entries that one works on are locked and the others pass them by.
 */
@Singleton
class Sweeper {

    private static final int BATCH = 500;
    /** So often NATS is asked while entries are locked. */
    private static final int PORTIONS = 8;
    private static final Duration PRUNE_EVERY = Duration.ofMinutes(10);

    private static final String MESSAGES = """
            select %s,
                case when exists (select 1 from conversations_participants where conversation_id = m.chat_id)
                    then array(
                        select p.user_id from conversations_participants p
                        where p.conversation_id = m.chat_id and (p.user_id = c.user_id or p.joined_at <= m.created_at))
                    else array[c.user_id] end as users
            from unnest($1::uuid[], $2::bigint[]) as due (chat_id, number)
            join messages m on m.chat_id = due.chat_id and m.message_number = due.number
            join conversations c on c.id = due.chat_id
            order by m.chat_id, m.message_number
            """.formatted(Message.COLUMNS);

    private static final String UPDATES = """
            select u.*,
                case when u.recipient is not null then array[u.recipient]
                    when not exists (select 1 from conversations_participants where conversation_id = c.id)
                    then array[c.user_id]
                    else array(
                        select p.user_id from conversations_participants p
                        where p.conversation_id = c.id and (p.user_id = c.user_id or p.joined_at <= u.created_at) and not exists (
                            select 1 from conversation_updates o where o.conversation_id = u.conversation_id
                                and o.revision = u.revision and o.recipient = p.user_id)) end as users
            from unnest($1::uuid[], $2::bigint[]) as due (conversation_id, number)
            join conversation_updates u on u.conversation_id = due.conversation_id and u.revision = due.number
            join conversations c on c.id = due.conversation_id
            order by u.conversation_id, u.revision
            """;

    private static final String PRUNE = """
            delete from conversation_updates where created_at < clock_timestamp() - $1 * interval '1 second'
            """;

    private final Pool pool;
    private final OutboxStore outbox;
    private final Channels channels;
    private final Broker broker;
    private final DatabaseTime time;
    private final OutboxMetrics metrics;
    private final Timers timers;
    private final Settings settings;
    private final AtomicBoolean sweeping = new AtomicBoolean();

    Sweeper(Pool pool, OutboxStore outbox, Channels channels, Broker broker, DatabaseTime time, OutboxMetrics metrics,
            Timers timers, Settings settings) {
        this.pool = pool;
        this.outbox = outbox;
        this.channels = channels;
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
                }, e -> LogEvent.warn(Sweeper.class, "outbox_sweep_failed").with(e).log());
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
        return pool.withTransaction(this::sweep)
                .flatMap(isMore -> isMore ? sweepAll() : Uni.createFrom().voidItem());
    }

    /** Whether more is due. */
    private Uni<Boolean> sweep(SqlConnection connection) {
        return outbox.lockDue(connection, settings.outbox().due(), BATCH)
                .flatMap(due -> due.isEmpty() ? Uni.createFrom().item(false) : publish(connection, due));
    }

    private Uni<Boolean> publish(SqlConnection connection, List<Place> due) {
        LogEvent.info(Sweeper.class, "outbox_swept").with("count", due.size()).log();
        var backlog = new Backlog(broker, channels);
        return read(connection, due, Kind.MESSAGE).invoke(backlog::add)
                .chain(() -> read(connection, due, Kind.CONVERSATION)).invoke(backlog::add)
                .chain(() -> backlog.publish(PORTIONS))
                .map(done -> backlog.gone(due))
                .flatMap(gone -> outbox.remove(connection, gone)
                        .replaceWith(gone.size() < due.size() || due.size() == BATCH));
    }

    private static Uni<List<Backlog.Entry>> read(SqlConnection connection, List<Place> due, Kind kind) {
        var places = due.stream().filter(place -> place.kind() == kind).toList();
        var parameters = Tuple.of(places.stream().map(Place::chatId).toArray(UUID[]::new),
                places.stream().map(Place::number).toArray(Long[]::new));
        return connection.preparedQuery(kind == Kind.MESSAGE ? MESSAGES : UPDATES).execute(parameters)
                .map(rows -> rows.stream().map(row -> entry(row, kind)).toList());
    }

    private static Backlog.Entry entry(Row row, Kind kind) {
        var subjects = Arrays.stream(row.getArrayOfUUIDs("users")).map(Subjects::ofUser).toList();
        return new Backlog.Entry(subjects, kind == Kind.MESSAGE ? Message.event(row) : Events.update(row));
    }

    private void prune() {
        pool.preparedQuery(PRUNE).execute(Tuple.of(settings.replay().retention().toSeconds())).subscribe().with(
                rows -> LogEvent.info(Sweeper.class, "conversation_updates_pruned").with("count", rows.rowCount()).log(),
                e -> LogEvent.warn(Sweeper.class, "conversation_updates_prune_failed").with(e).log());
    }
}

package dev.together.message;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.together.http.DatabaseTimeout;
import dev.together.log.LogEvent;
import dev.together.time.Timers;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;

/** Removes what deleted conversations have left, in portions, so that none holds the database for long; every process helps. */
@Singleton
class PurgeStore {

    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final int PORTION = 5_000;

    private static final String NEXT = """
            select chat_id from conversation_purges order by created_at limit 1 for update skip locked
            """;

    private static final String MESSAGES = """
            delete from messages where chat_id = $1 and message_number in (
                select message_number from messages where chat_id = $1 order by message_number limit $2)
            """;

    private static final List<String> REST = List.of(
            "delete from message_changes where chat_id = $1",
            "delete from outbox where chat_id = $1 and kind <> 'conversation'",
            "delete from conversation_purges where chat_id = $1");

    private final Pool pool;
    private final Timers timers;
    private final AtomicBoolean purging = new AtomicBoolean();

    PurgeStore(Pool pool, Timers timers) {
        this.pool = pool;
        this.timers = timers;
    }

    void start(@Observes StartupEvent event) {
        timers.every(EVERY, this::purge);
    }

    private void purge() {
        if (!purging.compareAndSet(false, true)) {
            return;
        }
        purgeAll().onTermination().invoke(() -> purging.set(false)).subscribe().with(done -> {
        }, e -> LogEvent.warn(PurgeStore.class, "purge_failed").with(e).log());
    }

    private Uni<Void> purgeAll() {
        return DatabaseTimeout.replanned(pool.withTransaction(this::purgeNext))
                .flatMap(isMore -> isMore ? purgeAll() : Uni.createFrom().voidItem());
    }

    /** Whether more may be left. */
    private Uni<Boolean> purgeNext(SqlConnection connection) {
        return connection.preparedQuery(NEXT).execute().flatMap(found -> found.size() == 0
                ? Uni.createFrom().item(false)
                : purge(connection, found.iterator().next().getUUID("chat_id")).replaceWith(true));
    }

    private static Uni<Void> purge(SqlConnection connection, UUID chatId) {
        return connection.preparedQuery(MESSAGES).execute(Tuple.of(chatId, PORTION)).flatMap(removed -> {
            if (removed.rowCount() == PORTION) {
                return Uni.createFrom().voidItem();
            }
            var rest = Uni.createFrom().voidItem();
            for (var statement : REST) {
                rest = rest.chain(() -> connection.preparedQuery(statement).execute(Tuple.of(chatId))).replaceWithVoid();
            }
            return rest;
        });
    }
}

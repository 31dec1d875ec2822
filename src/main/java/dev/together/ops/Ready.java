package dev.together.ops;

import java.time.Duration;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

import dev.together.Settings;
import dev.together.broker.Broker;
import dev.together.log.LogEvent;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;

/**
 * Whether this process is to be asked, and what it sees.
 *
 * <p>
 * One that has never reached the database and the broker is not ready, so a version that is configured wrongly replaces
 * nobody. Later it stays ready without them: they are away for every process, and it answers better than nobody does, with
 * 503 and when to try again, and stores what it can. One that is connected to a database which takes no writes is not ready:
 * after a failover others may have found the one that does.
 */
@Readiness
@Singleton
class Ready implements AsyncHealthCheck {

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(1);
    private static final Duration BELIEVED_FOR = Duration.ofSeconds(1);
    private static final String IS_READ_ONLY = """
            select pg_is_in_recovery() or current_setting('transaction_read_only')::boolean as is_read_only
            """;

    private final Broker broker;
    private final Drain drain;
    private final boolean isAloneByMistake;
    private final DatabaseConnections connections;
    private final Uni<Database> database;
    private volatile boolean hasReachedAll;

    Ready(Pool pool, DatabaseConnections connections, Broker broker, Drain drain, Settings settings) {
        this.connections = connections;
        this.broker = broker;
        this.drain = drain;
        this.isAloneByMistake = settings.pods() > 1 && settings.nats().url().isEmpty();
        this.database = pool.query(IS_READ_ONLY).execute()
                .map(rows -> rows.iterator().next().getBoolean("is_read_only") ? Database.READ_ONLY : Database.ANSWERS)
                .ifNoItem().after(ANSWERS_WITHIN).fail()
                .onFailure().invoke(e -> LogEvent.warn(Ready.class, "database_away").with(e).log())
                .onFailure().recoverWithItem(Database.AWAY)
                .invoke(this::giveUpReadOnly)
                .memoize().forFixedDuration(BELIEVED_FOR);
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return database.map(this::response);
    }

    /** Its name may be that of another server by now. */
    private void giveUpReadOnly(Database seen) {
        if (seen == Database.READ_ONLY) {
            connections.renew();
        }
    }

    private HealthCheckResponse response(Database seen) {
        hasReachedAll |= seen == Database.ANSWERS && broker.isConnected();
        var response = HealthCheckResponse.named("together")
                .withData("database", seen.words)
                .withData("broker", broker())
                .withData("draining", drain.isBegun());
        return response.status(hasReachedAll && seen != Database.READ_ONLY && !isAloneByMistake && !drain.isBegun()).build();
    }

    private String broker() {
        if (isAloneByMistake) {
            return "more than one pod is announced (together.pods) but no NATS configured (together.nats.url)";
        }
        return broker.isConnected() ? "connected" : "not connected";
    }

    /** What was last seen of it. */
    private enum Database {

        ANSWERS("answers"),
        READ_ONLY("is read-only"),
        AWAY("does not answer");

        private final String words;

        Database(String words) {
            this.words = words;
        }
    }
}

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
 * 503 and when to try again, and stores what it can.
 */
@Readiness
@Singleton
class Ready implements AsyncHealthCheck {

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(1);
    private static final Duration BELIEVED_FOR = Duration.ofSeconds(1);

    private final Broker broker;
    private final Drain drain;
    private final boolean isAloneByMistake;
    private final Uni<Boolean> database;
    private volatile boolean hasReachedAll;

    Ready(Pool pool, Broker broker, Drain drain, Settings settings) {
        this.broker = broker;
        this.drain = drain;
        this.isAloneByMistake = settings.pods() > 1 && settings.nats().url().isEmpty();
        this.database = pool.query("select 1").execute().replaceWith(true)
                .ifNoItem().after(ANSWERS_WITHIN).fail()
                .onFailure().invoke(e -> LogEvent.warn(Ready.class, "database_away").with(e).log())
                .onFailure().recoverWithItem(false)
                .memoize().forFixedDuration(BELIEVED_FOR);
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return database.map(this::response);
    }

    private HealthCheckResponse response(boolean isDatabaseThere) {
        hasReachedAll |= isDatabaseThere && broker.isConnected();
        var response = HealthCheckResponse.named("together")
                .withData("database", isDatabaseThere ? "answers" : "does not answer")
                .withData("broker", broker())
                .withData("draining", drain.isBegun());
        return response.status(hasReachedAll && !isAloneByMistake && !drain.isBegun()).build();
    }

    private String broker() {
        if (isAloneByMistake) {
            return "more than one pod is announced (together.pods) but no NATS configured (together.nats.url)";
        }
        return broker.isConnected() ? "connected" : "not connected";
    }
}

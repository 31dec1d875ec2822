package dev.together.assistant;

import static dev.together.http.Failure.Code.TOO_LARGE;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.inject.Singleton;

import dev.together.Settings;
import dev.together.assistant.StreamStore.Delta;
import dev.together.assistant.StreamStore.Progress;
import dev.together.assistant.StreamStore.Snapshot;
import dev.together.channel.LiveState;
import dev.together.http.Failure;
import dev.together.log.LogEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;

/**
 * What handlers stream, on its way to everyone: the first at once, then what has come since, so many times a second at most.
 * What of it gets lost, a whole text makes good after a while, and the message that ends the run in any case.
 */
@Singleton
class RunStream implements LiveState {

    private static final long FLUSH_AFTER_MILLIS = 40;

    private final StreamStore store;
    private final RunEvents events;
    private final Handlers handlers;
    private final RunMetrics metrics;
    private final Vertx vertx;
    private final Clock clock;
    private final int mostBytes;
    private final Set<RunKey> waiting = ConcurrentHashMap.newKeySet();

    RunStream(StreamStore store, RunEvents events, Handlers handlers, RunMetrics metrics, Vertx vertx, Clock clock,
            Settings settings) {
        this.store = store;
        this.events = events;
        this.handlers = handlers;
        this.metrics = metrics;
        this.vertx = vertx;
        this.clock = clock;
        this.mostBytes = settings.limits().textBytes();
    }

    /**
     * Adds a delta of a handler; says whether nobody wants any more of it.
     *
     * @throws Failure 404 where there is no such run, 413 where its text is too long
     */
    Uni<Boolean> add(RunKey run, Delta delta) {
        return store.add(run, delta, mostBytes)
                .map(found -> found.orElseThrow(EndStore::unknown))
                .invoke(progress -> published(run, progress))
                .map(RunStream::isStopped);
    }

    @Override
    public Uni<Void> publish(UUID user, Instant since) {
        if (handlers.areNone()) {
            return Uni.createFrom().voidItem();
        }
        return store.ofUser(user, since)
                .invoke(runs -> runs.forEach(run -> publish(user, run)))
                .onFailure().invoke(e -> LogEvent.warn(RunStream.class, "assistant_snapshot_failed").with(e).log())
                .onFailure().recoverWithNull()
                .replaceWithVoid();
    }

    private void publish(UUID user, Snapshot run) {
        var users = Set.of(user);
        if (run.hasEnded()) {
            events.idle(run.run(), users);
            return;
        }
        events.thinking(run.run(), users);
        if (run.stream().seq() > 0) {
            events.stream(run.stream(), users);
        }
    }

    private static boolean isStopped(Progress progress) {
        if (progress.isTooMuch()) {
            throw new Failure(TOO_LARGE, "`text` makes the answer too large");
        }
        return progress.endStatus() != null && !progress.endStatus().equals("complete");
    }

    private void published(RunKey run, Progress progress) {
        if (progress.isNew()) {
            metrics.received();
        }
        var part = progress.part();
        if (part != null) {
            metrics.published();
            events.stream(part, progress.users());
        }
        if (part != null && progress.isFirst()) {
            metrics.firstText(Duration.between(progress.createdAt(), clock.instant()));
        }
        if (progress.isWaiting()) {
            flushSoon(run);
        }
    }

    private void flushSoon(RunKey run) {
        if (waiting.add(run)) {
            vertx.setTimer(FLUSH_AFTER_MILLIS, timer -> flush(run));
        }
    }

    private void flush(RunKey run) {
        waiting.remove(run);
        store.flush(run).subscribe().with(found -> found.ifPresent(progress -> published(run, progress)),
                e -> LogEvent.warn(RunStream.class, "assistant_flush_failed").with("run_id", run.runId()).with(e).log());
    }
}

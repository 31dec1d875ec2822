package dev.together.assistant;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.enterprise.event.Event;
import jakarta.inject.Singleton;

import dev.together.assistant.EndStore.Ended;
import dev.together.log.LogEvent;
import dev.together.message.AssistantAnswers.RunEnd;
import dev.together.message.Message;
import io.smallrye.mutiny.Uni;

/** Ends runs: the message first, then that nobody thinks any more. */
@Singleton
class RunEnds {

    static final String CANCELLED = "cancelled";
    static final String ERROR = "error";

    private final EndStore store;
    private final RunStore runs;
    private final RunEvents events;
    private final RunMetrics metrics;
    private final Event<Begun> begun;

    RunEnds(EndStore store, RunStore runs, RunEvents events, RunMetrics metrics, Event<Begun> begun) {
        this.store = store;
        this.runs = runs;
        this.events = events;
        this.metrics = metrics;
        this.begun = begun;
    }

    /** An assistant's message has begun a run of another. */
    record Begun(RunKey run, List<UUID> users) {
    }

    /** Ends it as the handler says; where it has ended already, the message that has ended it comes back. */
    Uni<Message> end(RunEnd end) {
        return store.end(end, false).flatMap(ended -> ended.isPresent() ? published(ended.get(), key(end))
                : store.message(key(end)));
    }

    /** Ends it for somebody, or because its handler fails for good; with what was streamed. Says whether it ran still. */
    Uni<Boolean> stop(RunKey run, String status) {
        return stop(run, status, false);
    }

    /** Ends it where nothing is heard of it for too long. */
    Uni<Void> expire(RunKey run) {
        return stop(run, ERROR, true).replaceWithVoid();
    }

    private Uni<Boolean> stop(RunKey run, String status, boolean onlyIfExpired) {
        return store.end(unsaid(run, status), onlyIfExpired)
                .call(ended -> ended.isPresent() ? published(ended.get(), run) : Uni.createFrom().voidItem())
                .map(Optional::isPresent);
    }

    /** Publishes again that it has ended, since whoever ended it may not have. */
    Uni<Void> publishAgain(RunKey run) {
        return runs.audience(run.chatId()).invoke(users -> events.idle(run, users)).chain(() -> runs.settle(run));
    }

    /** It is committed: what fails from here on, the outbox and the sweeper make good. */
    private Uni<Message> published(Ended ended, RunKey run) {
        metrics.ended(ended.message().status());
        return runs.audience(run.chatId())
                .invoke(users -> publish(ended, run, users))
                .chain(() -> runs.settle(run))
                .onFailure().invoke(e -> LogEvent.warn(RunEnds.class, "assistant_end_unpublished").with("run_id", run.runId())
                        .with(e).log())
                .onFailure().recoverWithNull()
                .replaceWith(ended.message());
    }

    private void publish(Ended ended, RunKey run, List<UUID> users) {
        events.publish(users, ended.event());
        events.idle(run, users);
        var next = ended.nextRun();
        if (next != null) {
            begun.fire(new Begun(new RunKey(run.chatId(), next), users));
        }
    }

    private static RunKey key(RunEnd end) {
        return new RunKey(end.chatId(), end.runId());
    }

    private static RunEnd unsaid(RunKey run, String status) {
        return new RunEnd(run.chatId(), run.runId(), null, status, null, null, "{}");
    }
}

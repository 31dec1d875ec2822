package dev.together.assistant;

import java.util.Collection;
import java.util.UUID;
import java.util.function.Consumer;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.together.message.AssistantAnswers;
import dev.together.message.Message;
import dev.together.trace.Traces;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;

/** Runs, as those see them who store messages. */
@Singleton
class AssistantRuns implements AssistantAnswers {

    private final RunCalls calls;
    private final RunEnds ends;
    private final RunEvents events;
    private final Traces traces;
    private final Vertx vertx;

    AssistantRuns(RunCalls calls, RunEnds ends, RunEvents events, Traces traces, Vertx vertx) {
        this.calls = calls;
        this.ends = ends;
        this.events = events;
        this.traces = traces;
        this.vertx = vertx;
    }

    @Override
    public void begun(UUID chatId, UUID runId, Collection<UUID> users) {
        var run = new RunKey(chatId, runId);
        events.thinking(run, users);
        // On a context of its own, since it outlasts the request; in the trace of that.
        Consumer<RunKey> call = traces.carried(key -> calls.call(key).subscribe().with(done -> {
        }));
        VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext()).runOnContext(start -> call.accept(run));
    }

    void begun(@Observes RunEnds.Begun next) {
        begun(next.run().chatId(), next.run().runId(), next.users());
    }

    @Override
    public Uni<Message> end(RunEnd end) {
        return ends.end(end);
    }
}

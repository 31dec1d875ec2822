package dev.together.assistant;

import static dev.together.http.Failure.Code.FORBIDDEN;

import java.util.UUID;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;

import dev.together.assistant.RunViewStore.RunView;
import dev.together.http.Failure;
import dev.together.identity.Caller;
import dev.together.trace.Traces;
import io.smallrye.mutiny.Uni;

/**
 * Stops an answer, for who asked or the owner, also before its first word: it ends in a message with what was streamed. Once
 * more changes nothing.
 */
@Path("/functions/v1/assistant-cancel")
class AssistantCancel {

    record Request(@NotNull UUID chatId, @NotNull UUID runId) {
    }

    record Reply(String message, RunView run) {
    }

    private final RunViewStore runs;
    private final RunEnds ends;
    private final RunCalls calls;
    private final Traces traces;

    AssistantCancel(RunViewStore runs, RunEnds ends, RunCalls calls, Traces traces) {
        this.runs = runs;
        this.ends = ends;
        this.calls = calls;
        this.traces = traces;
    }

    @POST
    public Uni<Reply> cancel(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        var caller = Caller.of(context);
        var key = new RunKey(request.chatId(), request.runId());
        return traces.stored("assistant.find", runs.find(key.runId(), key.chatId(), caller))
                .invoke(run -> requireRight(run, caller))
                .call(run -> ends.stop(key, RunEnds.CANCELLED).invoke(ranStill -> callHandler(key, run, ranStill)))
                .chain(() -> runs.find(key.runId(), key.chatId(), caller))
                .map(run -> new Reply(run.status().equals(RunEnds.CANCELLED) ? "Run cancelled" : "Run has ended", run));
    }

    private static void requireRight(RunView run, Caller caller) {
        if (!run.mayBeStoppedBy(caller)) {
            throw new Failure(FORBIDDEN, "Only who asked, or the owner, can stop the answer");
        }
    }

    /** A handler that was never called need not know. */
    private void callHandler(RunKey key, RunView run, boolean ranStill) {
        if (ranStill && run.calls() > 0) {
            calls.cancelled(key, run.mode()).subscribe().with(done -> {
            });
        }
    }
}

package dev.together.assistant;

import java.util.UUID;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;

import org.jspecify.annotations.Nullable;

import dev.together.assistant.RunViewStore.RunView;
import dev.together.identity.Caller;
import dev.together.trace.Traces;
import io.smallrye.mutiny.Uni;

/** Says how a run is and what of its answer there is so far; its participants and the service key only. */
@Path("/functions/v1/assistant-run")
class AssistantRun {

    record Request(@NotNull UUID runId, @Nullable UUID chatId) {
    }

    record Reply(RunView run) {
    }

    private final RunViewStore runs;
    private final Traces traces;

    AssistantRun(RunViewStore runs, Traces traces) {
        this.runs = runs;
        this.traces = traces;
    }

    @POST
    public Uni<Reply> find(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        return traces.stored("assistant.run", runs.find(request.runId(), request.chatId(), Caller.of(context)))
                .map(Reply::new);
    }
}

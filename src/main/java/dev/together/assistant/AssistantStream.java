package dev.together.assistant;

import static dev.together.http.Failure.Code.FORBIDDEN;

import java.util.Objects;
import java.util.UUID;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;

import org.jspecify.annotations.Nullable;

import dev.together.assistant.StreamStore.Delta;
import dev.together.http.Failure;
import dev.together.http.Limited;
import dev.together.http.Limited.Size;
import dev.together.identity.Caller;
import dev.together.trace.Traces;
import io.smallrye.mutiny.Uni;

/**
 * Takes a piece of an answer while it is being made, and shows it to everyone. A piece that comes again, or after a later one,
 * changes nothing.
 */
@Path("/functions/v1/assistant-stream")
class AssistantStream {

    /**
     * @param seq counts the calls of a run from 1
     * @param op {@code append} adds at the end, {@code replace} is the whole text
     * @param tool what the assistant uses, where its status is {@code tool}
     */
    record Request(@NotNull UUID chatId, @NotNull UUID runId, @NotNull @Min(1) @Max(4096) Integer seq,
            @Pattern(regexp = "append|replace", message = "must be append or replace") @Nullable String op,
            @Limited(Size.TEXT) @Nullable String text,
            @Pattern(regexp = "thinking|streaming|tool", message = "must be thinking, streaming or tool") @Nullable String status,
            @Limited(Size.WORD) @Nullable String tool) {

        Delta delta() {
            return new Delta(seq, Objects.requireNonNullElse(op, "append"), Objects.requireNonNullElse(text, ""),
                    Objects.requireNonNullElse(status, "streaming"), tool);
        }
    }

    /** @param isCancelled whether nobody wants the answer any more: the handler may stop */
    record Reply(boolean isCancelled) {
    }

    private final RunStream stream;
    private final Traces traces;

    AssistantStream(RunStream stream, Traces traces) {
        this.stream = stream;
        this.traces = traces;
    }

    @POST
    public Uni<Reply> stream(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        if (!Caller.of(context).isService()) {
            throw new Failure(FORBIDDEN, "Only the service key streams an answer");
        }
        return traces.stored("assistant.stream",
                stream.add(new RunKey(request.chatId(), request.runId()), request.delta())).map(Reply::new);
    }
}

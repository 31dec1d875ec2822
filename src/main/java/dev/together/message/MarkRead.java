package dev.together.message;

import java.util.UUID;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;

import dev.together.identity.Caller;
import dev.together.trace.Traces;
import io.smallrye.mutiny.Uni;

/** Keeps how far the caller has read a conversation: never backwards, on all their devices. */
@Path("/functions/v1/mark-read")
class MarkRead {

    record Request(@NotNull UUID chatId, @NotNull @Min(0) Long messageNumber) {
    }

    /** @param messageNumber how far they have read now */
    record Reply(String message, UUID chatId, long messageNumber) {
    }

    private final ReadMarkStore marks;
    private final MessageChangePublisher publisher;
    private final Traces traces;

    MarkRead(ReadMarkStore marks, MessageChangePublisher publisher, Traces traces) {
        this.marks = marks;
        this.publisher = publisher;
        this.traces = traces;
    }

    @POST
    public Uni<Reply> mark(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        var user = Caller.of(context).user();
        return traces.stored("messages.mark_read", marks.mark(request.chatId(), user, request.messageNumber()))
                .invoke(marked -> publisher.publish(marked.users(), marked.event()))
                .map(marked -> new Reply("Marked as read", request.chatId(), marked.messageNumber()));
    }
}

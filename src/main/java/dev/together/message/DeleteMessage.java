package dev.together.message;

import java.util.UUID;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;

import dev.together.identity.Caller;
import io.smallrye.mutiny.Uni;

/**
 * Deletes a message: its text is gone everywhere, its number stays. By its author, the conversation's owner or the service key.
 */
@Path("/functions/v1/delete-message")
class DeleteMessage {

    record Request(@NotNull UUID chatId, @NotNull UUID messageId) {
    }

    record Reply(String message, UUID messageId) {
    }

    private final MessageChangeStore changes;
    private final MessageChangePublisher publisher;

    DeleteMessage(MessageChangeStore changes, MessageChangePublisher publisher) {
        this.changes = changes;
        this.publisher = publisher;
    }

    @POST
    public Uni<Reply> delete(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        var caller = Caller.of(context);
        var user = caller.isService() ? null : caller.user();
        return publisher.published("messages.delete", changes.delete(request.chatId(), request.messageId(), user))
                .map(change -> new Reply("Message deleted", request.messageId()));
    }
}

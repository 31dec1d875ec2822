package dev.together.conversation;

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
 * Deletes a conversation and all that belongs to it: it goes for everybody who was in it, also for who is away. Only its owner
 * can.
 */
@Path("/functions/v1/delete-conversation")
class DeleteConversation {

    record Request(@NotNull UUID conversationId) {
    }

    record Reply(String message, UUID conversationId) {
    }

    private final DeletionStore deletions;
    private final ConversationChanges changes;

    DeleteConversation(DeletionStore deletions, ConversationChanges changes) {
        this.deletions = deletions;
        this.changes = changes;
    }

    @POST
    public Uni<Reply> delete(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        return changes.by(Caller.of(context), "delete", actor -> deletions.delete(request.conversationId(), actor))
                .map(change -> new Reply("Conversation deleted", request.conversationId()));
    }
}

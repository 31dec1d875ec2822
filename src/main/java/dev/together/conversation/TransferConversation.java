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

/** Makes another participant the owner of a conversation. Only its owner can. */
@Path("/functions/v1/transfer-conversation")
class TransferConversation {

    record Request(@NotNull UUID conversationId, @NotNull UUID userId) {
    }

    record Reply(String message, Conversation conversation) {
    }

    private final ParticipantStore participants;
    private final ConversationChanges changes;

    TransferConversation(ParticipantStore participants, ConversationChanges changes) {
        this.participants = participants;
        this.changes = changes;
    }

    @POST
    public Uni<Reply> transfer(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        return changes.by(Caller.of(context), "transfer",
                actor -> participants.transfer(request.conversationId(), actor, request.userId()))
                .map(change -> new Reply("Conversation transferred", change.conversation()));
    }
}

package dev.together.conversation;

import java.util.UUID;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonProperty;

import dev.together.identity.Caller;
import io.smallrye.mutiny.Uni;

/** Opens a conversation for joining by its id, or closes it again; who is in it stays in it. Only its owner can. */
@Path("/functions/v1/share-conversation")
class ShareConversation {

    /** @param isPublic whether others may join; true when absent */
    record Request(@NotNull UUID conversationId, @JsonProperty("is_public") @Nullable Boolean isPublic) {
    }

    record Reply(String message, Conversation conversation) {
    }

    private final ConversationStore conversations;
    private final ConversationChanges changes;

    ShareConversation(ConversationStore conversations, ConversationChanges changes) {
        this.conversations = conversations;
        this.changes = changes;
    }

    @POST
    public Uni<Reply> share(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        boolean isPublic = !Boolean.FALSE.equals(request.isPublic());
        return changes.by(Caller.of(context), "share",
                actor -> conversations.share(request.conversationId(), actor, isPublic))
                .map(change -> new Reply(isPublic ? "Conversation shared" : "Conversation closed", change.conversation()));
    }
}

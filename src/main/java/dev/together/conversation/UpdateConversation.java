package dev.together.conversation;

import static dev.together.http.Failure.Code.INVALID;

import java.util.UUID;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.JsonNode;

import dev.together.http.Failure;
import dev.together.http.Limited;
import dev.together.identity.Caller;
import io.smallrye.mutiny.Uni;

/** Changes the title, the mode or the additional JSON of a conversation. Only its owner can. */
@Path("/functions/v1/update-conversation")
class UpdateConversation {

    /**
     * What is absent stays as it is.
     *
     * @param title none any more where it is blank
     * @param meta a JSON object, in place of the one before
     */
    record Request(@NotNull UUID conversationId, @Limited(Limited.Size.NAME) @Nullable String title,
            @Limited(Limited.Size.WORD) @Nullable String mode, @Limited(Limited.Size.META) @Nullable JsonNode meta) {
    }

    record Reply(String message, Conversation conversation) {
    }

    private final ConversationStore conversations;
    private final ConversationChanges changes;

    UpdateConversation(ConversationStore conversations, ConversationChanges changes) {
        this.conversations = conversations;
        this.changes = changes;
    }

    @POST
    public Uni<Reply> update(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        var meta = request.meta() == null || request.meta().isNull() ? null : request.meta().toString();
        if (request.mode() != null && request.mode().isBlank()) {
            throw new Failure(INVALID, "`mode` must not be blank");
        }
        return changes.by(Caller.of(context), "update", actor -> conversations.update(request.conversationId(), actor,
                request.title(), request.mode(), meta))
                .map(change -> new Reply("Conversation updated", change.conversation()));
    }
}

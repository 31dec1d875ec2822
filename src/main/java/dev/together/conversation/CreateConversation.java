package dev.together.conversation;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.JsonNode;

import dev.together.http.Limited;
import dev.together.identity.Caller;
import io.smallrye.mutiny.Uni;

/** Opens a conversation that the caller owns, alone in it for now. */
@Path("/functions/v1/create-conversation")
class CreateConversation {

    /**
     * @param mode such as {@code chat} or {@code together}
     * @param meta whatever the frontend wants to keep, a JSON object
     */
    record Request(@NotBlank @Limited(Limited.Size.WORD) String mode, @Limited(Limited.Size.NAME) @Nullable String title,
            @Limited(Limited.Size.META) @Nullable JsonNode meta) {
    }

    record Reply(String message, Conversation conversation) {
    }

    private final ConversationStore conversations;
    private final ConversationChanges changes;

    CreateConversation(ConversationStore conversations, ConversationChanges changes) {
        this.conversations = conversations;
        this.changes = changes;
    }

    @POST
    public Uni<Reply> create(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        var caller = Caller.of(context);
        var meta = request.meta() == null || request.meta().isNull() ? "{}" : request.meta().toString();
        return changes.uncounted("create", conversations.create(caller.user(), request.mode(), request.title(), meta))
                .map(change -> new Reply("Conversation created", change.conversation()));
    }
}

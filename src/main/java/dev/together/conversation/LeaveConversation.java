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

/** Takes the caller out of a conversation: it goes for them, at once, and everyone else sees them leave. */
@Path("/functions/v1/leave-conversation")
class LeaveConversation {

    record Request(@NotNull UUID conversationId) {
    }

    record Reply(String message, UUID conversationId) {
    }

    private final ParticipantStore participants;
    private final ConversationChanges changes;

    LeaveConversation(ParticipantStore participants, ConversationChanges changes) {
        this.participants = participants;
        this.changes = changes;
    }

    @POST
    public Uni<Reply> leave(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        var caller = Caller.of(context);
        var user = caller.user();
        return changes.by(caller, "leave", actor -> participants.leave(request.conversationId(), user))
                .map(change -> new Reply("Left conversation", request.conversationId()));
    }
}

package dev.together.conversation;

import static dev.together.http.Failure.Code.INVALID;

import java.util.UUID;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;

import org.jspecify.annotations.Nullable;

import dev.together.http.Failure;
import dev.together.identity.Caller;
import io.smallrye.mutiny.Uni;

/**
 * Takes the caller into a conversation, by its id where it is shared, or by an invite: it appears for them, and everyone
 * already there sees them arrive.
 */
@Path("/functions/v1/join-conversation")
class JoinConversation {

    /** Either of the two. */
    record Request(@Nullable UUID conversationId, @Size(max = Invite.LONGEST) @Nullable String invite) {
    }

    record Reply(String message, Conversation conversation) {
    }

    private final ParticipantStore participants;
    private final ConversationChanges changes;

    JoinConversation(ParticipantStore participants, ConversationChanges changes) {
        this.participants = participants;
        this.changes = changes;
    }

    @POST
    public Uni<Reply> join(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        var caller = Caller.of(context);
        var user = caller.user();
        return changes.by(caller, "join", actor -> join(request, user))
                .map(change -> new Reply(change.isNone() ? "Already joined" : "Joined conversation", change.conversation()));
    }

    private Uni<ConversationChange> join(Request request, UUID user) {
        if (request.conversationId() != null && request.invite() == null) {
            return participants.join(request.conversationId(), user);
        }
        if (request.conversationId() == null && request.invite() != null) {
            return participants.join(new Invite(request.invite()), user);
        }
        throw new Failure(INVALID, "`conversation_id` or `invite` is required, and not both");
    }
}

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

/** Puts a participant out of a conversation: it goes for them, at once, and everyone else sees it. Only its owner can. */
@Path("/functions/v1/remove-participant")
class RemoveParticipant {

    /** @param isBanned whether they cannot join again; without it a ban is lifted */
    record Request(@NotNull UUID conversationId, @NotNull UUID userId,
            @JsonProperty("is_banned") @Nullable Boolean isBanned) {
    }

    record Reply(String message, Conversation conversation) {
    }

    private final ParticipantStore participants;
    private final ConversationChanges changes;

    RemoveParticipant(ParticipantStore participants, ConversationChanges changes) {
        this.participants = participants;
        this.changes = changes;
    }

    @POST
    public Uni<Reply> remove(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        boolean isBanned = Boolean.TRUE.equals(request.isBanned());
        return changes.by(Caller.of(context), "remove_participant",
                actor -> participants.remove(request.conversationId(), actor, request.userId(), isBanned))
                .map(change -> new Reply(change.isNone() ? "Not in the conversation" : "Participant removed",
                        change.conversation()));
    }
}

package dev.together.conversation;

import java.util.UUID;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;

import dev.together.identity.Caller;
import io.smallrye.mutiny.Uni;

/** Ends a secret link into a conversation: nobody joins by it from then on. Only the conversation's owner can. */
@Path("/functions/v1/revoke-invite")
class RevokeInvite {

    record Request(@NotNull UUID conversationId, @NotBlank @Size(max = Invite.LONGEST) String invite) {
    }

    record Reply(String message) {
    }

    private final InviteStore invites;
    private final ConversationChanges changes;

    RevokeInvite(InviteStore invites, ConversationChanges changes) {
        this.invites = invites;
        this.changes = changes;
    }

    @POST
    public Uni<Reply> revoke(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        var actor = changes.admitted(Caller.of(context));
        return invites.revoke(request.conversationId(), actor, new Invite(request.invite()))
                .replaceWith(new Reply("Invite revoked"));
    }
}

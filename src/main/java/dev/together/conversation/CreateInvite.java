package dev.together.conversation;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;

import org.jspecify.annotations.Nullable;

import dev.together.identity.Caller;
import io.smallrye.mutiny.Uni;

/**
 * Makes a secret link into a conversation; whoever has it can join, also where the conversation is not shared. Only its owner
 * can.
 */
@Path("/functions/v1/create-invite")
class CreateInvite {

    private static final int USUAL_SECONDS = 7 * 24 * 60 * 60;
    private static final int MOST_SECONDS = 365 * 24 * 60 * 60;
    private static final int MOST_USES = 1_000;

    /**
     * @param expiresIn in seconds, 7 days when absent
     * @param maxUses how many may join by it, 1 when absent
     */
    record Request(@NotNull UUID conversationId, @Min(1) @Max(MOST_SECONDS) @Nullable Integer expiresIn,
            @Min(1) @Max(MOST_USES) @Nullable Integer maxUses) {
    }

    /** @param invite the secret, which is not to be had again */
    record Reply(String message, String invite, Instant expiresAt, int maxUses) {
    }

    private final InviteStore invites;
    private final ConversationChanges changes;

    CreateInvite(InviteStore invites, ConversationChanges changes) {
        this.invites = invites;
        this.changes = changes;
    }

    @POST
    public Uni<Reply> create(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        var actor = changes.admitted(Caller.of(context));
        var invite = Invite.random();
        var validFor = Duration.ofSeconds(Objects.requireNonNullElse(request.expiresIn(), USUAL_SECONDS));
        int uses = Objects.requireNonNullElse(request.maxUses(), 1);
        return invites.create(request.conversationId(), actor, invite, validFor, uses)
                .map(expiresAt -> new Reply("Invite created", invite.text(), expiresAt, uses));
    }
}

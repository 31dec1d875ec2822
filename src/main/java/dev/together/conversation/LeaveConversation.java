package dev.together.conversation;

import java.util.UUID;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;

import dev.together.channel.EventPublisher;
import dev.together.identity.Caller;
import dev.together.trace.Traces;
import io.smallrye.mutiny.Uni;

/** Takes a member out of a conversation: it goes for them, at once, and everyone else sees them leave. */
@Path("/functions/v1/leave-conversation")
class LeaveConversation {

    record Request(@NotNull UUID conversationId) {
    }

    record Reply(String message, UUID conversationId) {
    }

    private final ConversationStore conversations;
    private final EventPublisher publisher;
    private final ChangeRate changes;
    private final Traces traces;

    LeaveConversation(ConversationStore conversations, EventPublisher publisher, ChangeRate changes, Traces traces) {
        this.conversations = conversations;
        this.publisher = publisher;
        this.changes = changes;
        this.traces = traces;
    }

    @POST
    public Uni<Reply> leave(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        var caller = Caller.of(context);
        changes.admit(caller.user());
        return traces.stored("conversations.leave", conversations.leave(request.conversationId(), caller.user()))
                .invoke(change -> change.publishTo(publisher))
                .map(change -> new Reply("Left conversation", request.conversationId()));
    }
}

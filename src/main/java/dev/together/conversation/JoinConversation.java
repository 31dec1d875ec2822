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

/** Takes the caller into a shared conversation: it appears for them, and everyone already there sees them arrive. */
@Path("/functions/v1/join-conversation")
class JoinConversation {

    record Request(@NotNull UUID conversationId) {
    }

    record Reply(String message, Conversation conversation) {
    }

    private final ConversationStore conversations;
    private final EventPublisher publisher;
    private final ChangeRate changes;
    private final Traces traces;

    JoinConversation(ConversationStore conversations, EventPublisher publisher, ChangeRate changes, Traces traces) {
        this.conversations = conversations;
        this.publisher = publisher;
        this.changes = changes;
        this.traces = traces;
    }

    @POST
    public Uni<Reply> join(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        var caller = Caller.of(context);
        changes.admit(caller.user());
        return traces.stored("conversations.join", conversations.join(request.conversationId(), caller.user()))
                .invoke(change -> change.publishTo(publisher))
                .map(change -> new Reply(change.isNone() ? "Already joined" : "Joined conversation", change.conversation()));
    }
}

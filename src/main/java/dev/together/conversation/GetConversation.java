package dev.together.conversation;

import java.util.UUID;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;

import dev.together.identity.Caller;
import dev.together.trace.Traces;
import io.smallrye.mutiny.Uni;

/** Gives a conversation with everybody who is in it, to who is in it and to the service key. */
@Path("/functions/v1/get-conversation")
class GetConversation {

    record Request(@NotNull UUID conversationId) {
    }

    record Reply(Conversation conversation) {
    }

    private final ConversationStore conversations;
    private final Traces traces;

    GetConversation(ConversationStore conversations, Traces traces) {
        this.conversations = conversations;
        this.traces = traces;
    }

    @POST
    public Uni<Reply> get(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        var actor = Actor.of(Caller.of(context));
        return traces.stored("conversations.get", conversations.find(request.conversationId(), actor)).map(Reply::new);
    }
}

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

import dev.together.channel.EventPublisher;
import dev.together.identity.Caller;
import dev.together.trace.Traces;
import io.smallrye.mutiny.Uni;

/** Opens the owner's conversation for joining, or closes it again; who is in it stays in it. */
@Path("/functions/v1/share-conversation")
class ShareConversation {

    /** @param isPublic whether others may join; true when absent */
    record Request(@NotNull UUID conversationId, @JsonProperty("is_public") @Nullable Boolean isPublic) {
    }

    record Reply(String message, Conversation conversation) {
    }

    private final ConversationStore conversations;
    private final EventPublisher publisher;
    private final ChangeRate changes;
    private final Traces traces;

    ShareConversation(ConversationStore conversations, EventPublisher publisher, ChangeRate changes, Traces traces) {
        this.conversations = conversations;
        this.publisher = publisher;
        this.changes = changes;
        this.traces = traces;
    }

    @POST
    public Uni<Reply> share(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        var caller = Caller.of(context);
        changes.admit(caller.user());
        boolean isPublic = !Boolean.FALSE.equals(request.isPublic());
        return traces.stored("conversations.share", conversations.share(request.conversationId(), caller.user(), isPublic))
                .invoke(change -> change.publishTo(publisher))
                .map(change -> new Reply(isPublic ? "Conversation shared" : "Conversation closed", change.conversation()));
    }
}

package dev.together.message;

import static dev.together.http.Failure.Code.INVALID;

import java.util.List;
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

import dev.together.http.Failure;
import dev.together.identity.Caller;
import dev.together.trace.Traces;
import io.smallrye.mutiny.Uni;

/**
 * Reads the messages of a conversation in order: the newest, those after a number, or those before one.
 *
 * <p>
 * A page ends early once it has 1 MiB of text and meta, so only an empty one says that there are no more.
 */
@Path("/functions/v1/chat-history")
class ChatHistory {

    private static final int USUAL_LIMIT = 50;

    /**
     * @param after the oldest messages with a higher number
     * @param before the newest messages with a lower number
     */
    record Request(@NotNull UUID chatId, @Min(0) @Nullable Long after, @Min(1) @Nullable Long before,
            @Min(1) @Max(200) @Nullable Integer limit) {
    }

    record Reply(List<Message> messages) {
    }

    private final MessageStore messages;
    private final Traces traces;

    ChatHistory(MessageStore messages, Traces traces) {
        this.messages = messages;
        this.traces = traces;
    }

    @POST
    public Uni<Reply> read(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        if (request.after() != null && request.before() != null) {
            throw new Failure(INVALID, "`after` and `before` exclude each other");
        }
        var caller = Caller.of(context);
        return requireParticipant(request.chatId(), caller)
                .flatMap(allowed -> page(request))
                .map(Reply::new);
    }

    private Uni<Void> requireParticipant(UUID chatId, Caller caller) {
        return caller.isService() ? messages.requireKnown(chatId) : messages.requireParticipant(chatId, caller.user());
    }

    private Uni<List<Message>> page(Request request) {
        long after = request.after() == null ? 0 : request.after();
        long before = request.before() == null ? Long.MAX_VALUE : request.before();
        int limit = request.limit() == null ? USUAL_LIMIT : request.limit();
        return traces.stored("messages.history",
                messages.history(request.chatId(), after, before, request.after() == null, limit));
    }
}

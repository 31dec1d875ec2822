package dev.together.conversation;

import static dev.together.http.Failure.Code.INVALID;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.UUID;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;

import org.jspecify.annotations.Nullable;

import dev.together.conversation.ConversationStore.Page;
import dev.together.http.Failure;
import dev.together.identity.Caller;
import dev.together.trace.Traces;
import io.smallrye.mutiny.Uni;

/**
 * Lists the caller's own and joined conversations, newest activity first, each once. A page ends early once it has about
 * 1 MiB; {@code next_before} says whether there is another.
 */
@Path("/functions/v1/list-conversations")
class ListConversations {

    private static final int USUAL_LIMIT = 50;
    private static final UUID LEAST_ID = new UUID(0, 0);

    /** Later than any activity, and still a timestamp to PostgreSQL. */
    private static final Instant FAR_AWAY = Instant.parse("9999-01-01T00:00:00Z");

    /** @param before the {@code next_before} of the page before, or the {@code updated_at} of its last conversation */
    record Request(@Min(1) @Max(200) @Nullable Integer limit, @Nullable String before) {
    }

    /** @param nextBefore where the next page begins; null on the last */
    record Reply(List<ListedConversation> conversations, @Nullable String nextBefore) {
    }

    private final ConversationStore conversations;
    private final Traces traces;

    ListConversations(ConversationStore conversations, Traces traces) {
        this.conversations = conversations;
        this.traces = traces;
    }

    @POST
    public Uni<Reply> list(@Valid @Nullable Request request, @Context ContainerRequestContext context) {
        int limit = request == null || request.limit() == null ? USUAL_LIMIT : request.limit();
        var before = request == null || request.before() == null ? new Cursor(FAR_AWAY, LEAST_ID) : cursor(request.before());
        var caller = Caller.of(context);
        return traces
                .stored("conversations.list", conversations.ofUser(caller.user(), before.updatedAt(), before.id(), limit))
                .map(ListConversations::reply);
    }

    private static Reply reply(Page page) {
        var conversations = page.conversations();
        return new Reply(conversations,
                page.isLast() ? null : cursorAfter(conversations.get(conversations.size() - 1).conversation()));
    }

    private record Cursor(Instant updatedAt, UUID id) {
    }

    private static String cursorAfter(Conversation last) {
        return last.updatedAt + "," + last.id;
    }

    private static Cursor cursor(String before) {
        try {
            var parts = before.split(",", 2);
            var id = parts.length == 2 ? UUID.fromString(parts[1]) : LEAST_ID;
            return new Cursor(OffsetDateTime.parse(parts[0]).toInstant(), id);
        } catch (DateTimeParseException | IllegalArgumentException e) {
            throw new Failure(INVALID, "`before` must be a next_before or an updated_at of a page");
        }
    }
}

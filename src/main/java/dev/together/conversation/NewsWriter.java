package dev.together.conversation;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.hibernate.reactive.mutiny.Mutiny;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.RawValue;

import dev.together.broker.Place;
import dev.together.channel.Event.ConversationUpdate;
import dev.together.conversation.Change.News;
import io.smallrye.mutiny.Uni;

/** Puts what is to be told of a conversation into words, and writes it beside the change. */
@Singleton
class NewsWriter {

    private static final String WRITE = """
            with told as (
                insert into conversation_updates
                    (conversation_id, revision, id, event_type, data, recipient, previous_at, floor, created_at)
                values (?1, ?2, ?3, ?4, ?5, cast(?6 as uuid), cast(?7 as timestamptz), cast(?8 as bigint), ?9)
            )
            insert into outbox (chat_id, kind, number, created_at) values (?1, 'conversation', ?2, clock_timestamp())
            on conflict do nothing
            """;

    private final ObjectMapper json;

    NewsWriter(ObjectMapper json) {
        this.json = json;
    }

    /** The conversation is new to this user; the messages it has so far are history to them. */
    News appeared(Conversation conversation, UUID user) {
        var place = place(conversation, Place.NOTHING_BEFORE, conversation.lastMessageNumber);
        var told = CrowdedConversation.is(conversation) ? CrowdedConversation.appeared(conversation, user) : conversation;
        return new News(List.of(user), event(place, "INSERT", write(told)));
    }

    /** The conversation has changed for these users; a crowd of them is told who came and who went. */
    News changed(Conversation conversation, List<UUID> users, List<Participant> joined, List<Participant> left) {
        var previous = conversation.previouslyRevisedAt;
        var previousAt = previous == null ? Place.NOTHING_BEFORE : previous.toEpochMilli();
        var told = CrowdedConversation.is(conversation) ? CrowdedConversation.changed(conversation, joined, left)
                : conversation;
        return new News(users, event(place(conversation, previousAt, Place.NO_FLOOR), "UPDATE", write(told)));
    }

    /** The user is not in the conversation any more: what of it is still under way does not concern them. */
    News went(Conversation conversation, UUID user) {
        var place = place(conversation, Place.NOTHING_BEFORE, conversation.lastMessageNumber);
        return new News(List.of(user), event(place, "DELETE", write(Map.of("id", conversation.id))));
    }

    /** Keeps the news for replay, and an outbox entry for them, in the session's transaction. */
    Uni<Void> write(Mutiny.Session session, Conversation conversation, List<News> news) {
        var written = Uni.createFrom().voidItem();
        for (var item : news) {
            written = written.chain(() -> write(session, conversation, item)).replaceWithVoid();
        }
        return written;
    }

    private static Uni<Integer> write(Mutiny.Session session, Conversation conversation, News item) {
        var event = item.event();
        var place = event.place();
        boolean isForOne = place.previousAt() == Place.NOTHING_BEFORE;
        return session.createNativeQuery(WRITE)
                .setParameter(1, conversation.id)
                .setParameter(2, conversation.revision)
                .setParameter(3, UUID.fromString(event.id()))
                .setParameter(4, event.eventType())
                .setParameter(5, String.valueOf(((RawValue) event.data()).rawValue()))
                .setParameter(6, isForOne ? item.users().get(0) : null)
                .setParameter(7, isForOne ? null : conversation.previouslyRevisedAt)
                .setParameter(8, place.floor() == Place.NO_FLOOR ? null : place.floor())
                .setParameter(9, conversation.revisedAt)
                .executeUpdate();
    }

    private static ConversationUpdate event(Place place, String eventType, RawValue data) {
        return new ConversationUpdate(UUID.randomUUID().toString(), place, eventType, data);
    }

    private static Place place(Conversation conversation, long previousAt, long floor) {
        return new Place(conversation.id, Place.Kind.CONVERSATION, conversation.revision,
                conversation.revisedAt.toEpochMilli(), previousAt, floor);
    }

    /** As bytes, so that what no answer could have in it fails here, before the commit. */
    private RawValue write(Object value) {
        try {
            return new RawValue(new String(json.writeValueAsBytes(value), StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A conversation cannot be written as JSON", e);
        }
    }
}

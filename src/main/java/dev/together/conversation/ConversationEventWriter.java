package dev.together.conversation;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

import jakarta.inject.Singleton;

import org.hibernate.reactive.mutiny.Mutiny;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.RawValue;

import dev.together.conversation.ConversationChange.ConversationEvent;
import dev.together.event.Event.ConversationUpdate;
import dev.together.event.EventPosition;
import dev.together.event.StreamId;
import io.smallrye.mutiny.Uni;

/** Writer of the events of a conversation, in the transaction of the change. */
@Singleton
class ConversationEventWriter {

    private static final String WRITE = """
            with told as (
                insert into conversation_updates
                    (conversation_id, revision, id, event_type, data, recipient, previous_at, floor, created_at)
                select cast(?1 as uuid), cast(?2 as bigint), cast(?3 as uuid), ?4, ?5, recipient, cast(?7 as timestamptz),
                    cast(?8 as bigint), cast(?9 as timestamptz)
                from unnest(cast(cast(?6 as text) as uuid[])) as recipient
            )
            insert into outbox (chat_id, kind, number, created_at) values (?1, 'conversation', ?2, clock_timestamp())
            on conflict do nothing
            """;

    private final ObjectMapper json;

    ConversationEventWriter(ObjectMapper json) {
        this.json = json;
    }

    /** The conversation is new to this user; the messages it has so far are history to them. */
    ConversationEvent appeared(Conversation conversation, UUID user) {
        var position = position(conversation, EventPosition.NOTHING_BEFORE, conversation.lastMessageNumber);
        var told = CrowdedConversation.is(conversation) ? CrowdedConversation.appeared(conversation, user) : conversation;
        return ConversationEvent.personal(List.of(user), event(position, "INSERT", write(told)));
    }

    /** The conversation has changed for these users; a crowd of them is told who came and who went. */
    ConversationEvent changed(Conversation conversation, List<UUID> users, List<Participant> joined, List<Participant> left) {
        var previous = conversation.previouslyRevisedAt;
        var previousAt = previous == null ? EventPosition.NOTHING_BEFORE : previous.toEpochMilli();
        var told = CrowdedConversation.is(conversation) ? CrowdedConversation.changed(conversation, joined, left)
                : conversation;
        return ConversationEvent.shared(users,
                event(position(conversation, previousAt, EventPosition.SAME_VISIBILITY), "UPDATE", write(told)));
    }

    /** These users are not in the conversation any more: what of it is still under way does not concern them. */
    ConversationEvent went(Conversation conversation, List<UUID> users) {
        var position = position(conversation, EventPosition.NOTHING_BEFORE, conversation.lastMessageNumber);
        return ConversationEvent.personal(users, event(position, "DELETE", write(Map.of("id", conversation.id))));
    }

    /** Keeps the events for replay, and an outbox entry for them, in the session's transaction. */
    Uni<Void> write(Mutiny.Session session, Conversation conversation, List<ConversationEvent> events) {
        var written = Uni.createFrom().voidItem();
        for (var item : events) {
            written = written.chain(() -> write(session, conversation, item)).replaceWithVoid();
        }
        return written;
    }

    private static Uni<Integer> write(Mutiny.Session session, Conversation conversation, ConversationEvent item) {
        var event = item.event();
        var position = event.position();
        return session.createNativeQuery(WRITE)
                .setParameter(1, conversation.id)
                .setParameter(2, conversation.revision)
                .setParameter(3, UUID.fromString(event.id()))
                .setParameter(4, event.eventType())
                .setParameter(5, String.valueOf(((RawValue) event.data()).rawValue()))
                .setParameter(6, recipients(item))
                .setParameter(7, item.isPersonal() ? null : conversation.previouslyRevisedAt)
                .setParameter(8, position.visibleAfter() == EventPosition.SAME_VISIBILITY ? null : position.visibleAfter())
                .setParameter(9, conversation.revisedAt)
                .executeUpdate();
    }

    /** As PostgreSQL writes an array; of one that is null where the event is for all who are in it. */
    private static String recipients(ConversationEvent item) {
        return item.isPersonal() ? item.users().stream().map(UUID::toString).collect(Collectors.joining(",", "{", "}"))
                : "{null}";
    }

    private static ConversationUpdate event(EventPosition position, String eventType, RawValue data) {
        return new ConversationUpdate(UUID.randomUUID().toString(), position, eventType, data);
    }

    private static EventPosition position(Conversation conversation, long previousAt, long floor) {
        return new EventPosition(new StreamId(conversation.id, StreamId.Kind.CONVERSATION), conversation.revision,
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

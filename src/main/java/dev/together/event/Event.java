package dev.together.event;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** What a client receives on its channel: a name and a payload. */
public sealed interface Event {

    /** The {@code meta.id}: unique, and the same on every copy, live or replayed. */
    String id();

    /** The name that clients listen for. */
    String name();

    /** What becomes the JSON payload. */
    Object payload();

    /** The event's position in its conversation's order; null for what has none. */
    @Nullable
    EventPosition position();

    /** Its entry in the outbox; none for what is live only. */
    default Optional<OutboxEntry> entry() {
        return Optional.ofNullable(position()).map(OutboxEntry::of);
    }

    /** A message was stored. */
    record MessageInsert(String id, EventPosition position, UUID chatId, Object message) implements Event {

        @Override
        public String name() {
            return "message-insert";
        }

        @Override
        public Object payload() {
            return new MessagePayload(chatId, message);
        }
    }

    /** A message was edited; it says what it says now. */
    record MessageUpdate(String id, EventPosition position, UUID chatId, Object message) implements Event {

        @Override
        public String name() {
            return "message-update";
        }

        @Override
        public Object payload() {
            return new MessagePayload(chatId, message);
        }
    }

    /** A message was deleted: of it are left its id and its number. */
    record MessageDelete(String id, EventPosition position, UUID chatId, DeletedMessage message) implements Event {

        @Override
        public String name() {
            return "message-delete";
        }

        @Override
        public Object payload() {
            return new MessagePayload(chatId, message);
        }
    }

    /**
     * Somebody has read a conversation up to this message.
     *
     * @param mark what the outbox knows it by
     */
    record ReadMark(String id, UUID chatId, UUID userId, long messageNumber, long mark) implements Event {

        @Override
        public String name() {
            return "read-mark";
        }

        @Override
        public Object payload() {
            return new ReadMarkPayload(chatId, userId, messageNumber);
        }

        @Override
        public @Nullable EventPosition position() {
            return null;
        }

        @Override
        public Optional<OutboxEntry> entry() {
            return Optional.of(new OutboxEntry(new StreamId(chatId, StreamId.Kind.READ_MARK), mark));
        }
    }

    /** A conversation appeared ({@code INSERT}), changed ({@code UPDATE}) or went ({@code DELETE}) for the receiver. */
    record ConversationUpdate(String id, EventPosition position, String eventType, Object data) implements Event {

        @Override
        public String name() {
            return "conversation-update";
        }

        @Override
        public Object payload() {
            return new ConversationPayload(eventType, data);
        }
    }

    /** Whatever another part of the backend publishes, such as {@code assistant-thinking}. */
    record Broadcast(String id, String name, Object payload) implements Event {

        @Override
        public @Nullable EventPosition position() {
            return null;
        }
    }

    /** What is left of a deleted message. */
    @RegisterForReflection
    record DeletedMessage(UUID id, long messageNumber, Instant deletedAt) {
    }

    /** The payload of {@code read-mark}. */
    @RegisterForReflection
    record ReadMarkPayload(UUID chatId, UUID userId, long messageNumber) {
    }

    /** The payload of {@code message-insert}, {@code message-update} and {@code message-delete}. */
    @RegisterForReflection
    record MessagePayload(UUID chatId, Object message) {
    }

    /** The payload of {@code conversation-update}. */
    @RegisterForReflection
    record ConversationPayload(@JsonProperty("eventType") String eventType, Object data) {
    }
}

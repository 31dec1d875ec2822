package dev.together.event;

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

    /** Whatever another part of the backend has to say, such as {@code message-update} or {@code assistant-thinking}. */
    record Broadcast(String id, String name, Object payload) implements Event {

        @Override
        public @Nullable EventPosition position() {
            return null;
        }
    }

    /** The payload of {@code message-insert} and {@code message-update}. */
    @RegisterForReflection
    record MessagePayload(UUID chatId, Object message) {
    }

    /** The payload of {@code conversation-update}. */
    @RegisterForReflection
    record ConversationPayload(@JsonProperty("eventType") String eventType, Object data) {
    }
}

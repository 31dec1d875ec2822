package dev.together.conversation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;

import dev.together.channel.EventPublisher;
import dev.together.event.Event.ConversationUpdate;
import dev.together.log.LogEvent;

/**
 * A change of a conversation, committed, and the events of it.
 *
 * @param events empty where nothing changed
 */
record ConversationChange(Conversation conversation, List<ConversationEvent> events) {

    /**
     * One event and its audience.
     *
     * @param isPersonal whether it is for these users alone, whoever is in the conversation
     */
    record ConversationEvent(List<UUID> users, ConversationUpdate event, boolean isPersonal) {

        static ConversationEvent personal(List<UUID> users, ConversationUpdate event) {
            return new ConversationEvent(users, event, true);
        }

        static ConversationEvent shared(List<UUID> users, ConversationUpdate event) {
            return new ConversationEvent(users, event, false);
        }
    }

    static ConversationChange none(Conversation conversation) {
        return new ConversationChange(conversation, List.of());
    }

    boolean isNone() {
        return events.isEmpty();
    }

    /** Publishes them now; what cannot leave now stays in the outbox, and is no failure of what was committed. */
    void publishTo(EventPublisher publisher) {
        var audiences = new LinkedHashMap<ConversationUpdate, List<UUID>>();
        events.forEach(item -> audiences.put(item.event(), item.users()));
        try {
            publisher.publish(audiences);
        } catch (RuntimeException e) {
            LogEvent.warn(ConversationChange.class, "conversation_broadcast_failed").with("chat_id", conversation.id).with(e)
                    .log();
        }
    }
}

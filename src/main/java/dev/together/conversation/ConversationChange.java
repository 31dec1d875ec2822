package dev.together.conversation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;

import dev.together.channel.EventPublisher;
import dev.together.event.Event.ConversationUpdate;
import dev.together.log.LogEvent;

/**
 * What became of a conversation, and who is to be told what; committed.
 *
 * @param news empty where nothing changed
 */
record ConversationChange(Conversation conversation, List<ConversationEvent> news) {

    /** One event and its audience. */
    record ConversationEvent(List<UUID> users, ConversationUpdate event) {
    }

    static ConversationChange none(Conversation conversation) {
        return new ConversationChange(conversation, List.of());
    }

    boolean isNone() {
        return news.isEmpty();
    }

    /** Tells it now; what cannot be told now stays in the outbox, and is no failure of what was committed. */
    void publishTo(EventPublisher publisher) {
        var audiences = new LinkedHashMap<ConversationUpdate, List<UUID>>();
        news.forEach(item -> audiences.put(item.event(), item.users()));
        try {
            publisher.publish(audiences);
        } catch (RuntimeException e) {
            LogEvent.warn(ConversationChange.class, "conversation_broadcast_failed").with("chat_id", conversation.id).with(e)
                    .log();
        }
    }
}

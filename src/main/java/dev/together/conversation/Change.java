package dev.together.conversation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;

import dev.together.channel.Channels;
import dev.together.channel.Event.ConversationUpdate;
import dev.together.log.LogEvent;

/**
 * What became of a conversation, and who is to be told what; committed.
 *
 * @param news empty where nothing changed
 */
record Change(Conversation conversation, List<News> news) {

    /** One event and its audience. */
    record News(List<UUID> users, ConversationUpdate event) {
    }

    static Change none(Conversation conversation) {
        return new Change(conversation, List.of());
    }

    boolean isNone() {
        return news.isEmpty();
    }

    /** Tells it now; what cannot be told now stays in the outbox, and is no failure of what was committed. */
    void publishTo(Channels channels) {
        var audiences = new LinkedHashMap<ConversationUpdate, List<UUID>>();
        news.forEach(item -> audiences.put(item.event(), item.users()));
        try {
            channels.publish(audiences);
        } catch (RuntimeException e) {
            LogEvent.warn(Change.class, "conversation_broadcast_failed").with("chat_id", conversation.id).with(e).log();
        }
    }
}

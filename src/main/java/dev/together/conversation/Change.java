package dev.together.conversation;

import java.util.List;
import java.util.UUID;

import dev.together.channel.Channels;
import dev.together.channel.Event.ConversationUpdate;

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

    void publishTo(Channels channels) {
        news.forEach(item -> channels.publish(item.users(), item.event()));
    }
}

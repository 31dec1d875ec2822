package dev.together.message;

import java.util.List;
import java.util.UUID;

import jakarta.inject.Singleton;

import dev.together.channel.EventPublisher;
import dev.together.event.Event.MessageInsert;
import dev.together.log.LogEvent;

/** Tells everyone in a conversation of what was stored in it. What cannot be told now stays in the outbox. */
@Singleton
class MessagePublisher {

    private final EventPublisher publisher;

    MessagePublisher(EventPublisher publisher) {
        this.publisher = publisher;
    }

    /** Publishes the messages that were stored now, in order, to the participants; to the owner alone where there are none. */
    void publish(SendResult sent, String requestId) {
        if (sent.news().isEmpty()) {
            return;
        }
        var users = sent.audience();
        LogEvent.info(ChatSend.class, "chat_send_user_broadcasting")
                .with("request_id", requestId)
                .with("chat_id", sent.messages().get(0).chatId())
                .with("target_user_count", users.size())
                .with("has_participants", !sent.participants().isEmpty())
                .log();
        sent.news().forEach(news -> publish(users, news, requestId));
    }

    private void publish(List<UUID> users, MessageInsert news, String requestId) {
        try {
            publisher.publish(users, news);
            users.forEach(user -> LogEvent.debug(ChatSend.class, "chat_send_broadcast_sent")
                    .with("request_id", requestId)
                    .with("target_user_id", user)
                    .with("message_id", news.id())
                    .log());
        } catch (RuntimeException e) {
            LogEvent.warn(ChatSend.class, "chat_send_broadcast_failed")
                    .with("request_id", requestId)
                    .with("message_id", news.id())
                    .with(e)
                    .log();
        }
    }
}

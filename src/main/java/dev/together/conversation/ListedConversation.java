package dev.together.conversation;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * A conversation as a list shows it to one person.
 *
 * @param lastMessage its newest message, with the first 1,000 characters of the text; JSON, null where there is none
 * @param lastReadNumber how far they have read
 * @param unreadCount how many messages there are after that; none where the newest is their own
 */
@RegisterForReflection
record ListedConversation(@JsonUnwrapped Conversation conversation, @JsonRawValue @Nullable String lastMessage,
        long lastMessageNumber, long lastReadNumber, long unreadCount) {
}

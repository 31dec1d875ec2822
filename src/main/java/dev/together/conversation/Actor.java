package dev.together.conversation;

import static dev.together.http.Failure.Code.FORBIDDEN;

import java.util.Optional;
import java.util.UUID;

import dev.together.http.Failure;
import dev.together.identity.Caller;

/**
 * Who changes a conversation.
 *
 * @param user empty for the service key, which may change each
 */
record Actor(Optional<UUID> user) {

    /** @throws Failure 401 for the anon key and for a token without {@code sub} */
    static Actor of(Caller caller) {
        return new Actor(caller.isService() ? Optional.empty() : Optional.of(caller.user()));
    }

    /**
     * Lets the owner pass, and the service key.
     *
     * @param action as in: Only its owner can share the conversation
     * @throws Failure 403 for a participant, 404 for everybody else, to whom the conversation is not there
     */
    void requireOwner(Conversation conversation, String action) {
        if (user.isEmpty() || conversation.isOwnedBy(user.get())) {
            return;
        }
        throw conversation.participant(user.get()).isPresent()
                ? new Failure(FORBIDDEN, "Only its owner can " + action)
                : ConversationTransactions.unknown();
    }

    /**
     * Lets everybody pass who is in it, and the service key.
     *
     * @throws Failure 404 for everybody else
     */
    void requireMember(Conversation conversation) {
        if (user.isPresent() && !conversation.isOwnedBy(user.get()) && conversation.participant(user.get()).isEmpty()) {
            throw ConversationTransactions.unknown();
        }
    }
}

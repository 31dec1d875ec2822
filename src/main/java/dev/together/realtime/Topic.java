package dev.together.realtime;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

import dev.together.event.Subjects;

/**
 * A channel's name on the wire: {@code realtime:} and what the client calls it.
 *
 * @param wire the whole name
 * @param name without the prefix
 */
record Topic(String wire, String name) {

    private static final String PREFIX = "realtime:";
    private static final String USER = "user-realtime:";
    private static final String CONVERSATION = "conversation:";

    /** In bytes of UTF-8: a binary frame says the length of the whole name in one byte. */
    static final int LONGEST_NAME = 255 - PREFIX.length();

    /** The topic of this name on the wire; empty outside {@code realtime:*}. */
    static Optional<Topic> ofWire(String wire) {
        return wire.startsWith(PREFIX) ? Optional.of(new Topic(wire, wire.substring(PREFIX.length()))) : Optional.empty();
    }

    /** The topic that REST names without the prefix. */
    static Topic ofName(String name) {
        return new Topic(PREFIX + name, name);
    }

    boolean isTooLong() {
        return name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME;
    }

    boolean isOfUsers() {
        return name.startsWith(USER);
    }

    /** Whose channel it is, written in the one way that it has; empty for other topics and for a user id that is none. */
    Optional<UUID> userId() {
        return idAfter(USER);
    }

    boolean isOfConversations() {
        return name.startsWith(CONVERSATION);
    }

    /** Whose participants' topic it is, written in the one way that it has; empty for others, and for an id that is none. */
    Optional<UUID> conversationId() {
        return idAfter(CONVERSATION);
    }

    /** What the topic is called between pods; a user's two flavours are one, those of an open topic are two. */
    String subject(boolean isPrivate) {
        return userId().map(Subjects::ofUser).orElseGet(() -> Subjects.ofTopic(name, isPrivate));
    }

    private Optional<UUID> idAfter(String prefix) {
        if (!name.startsWith(prefix)) {
            return Optional.empty();
        }
        try {
            var text = name.substring(prefix.length());
            var id = UUID.fromString(text);
            return id.toString().equals(text) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}

package dev.together.event;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * The position of an event in its stream.
 *
 * @param number 1, 2, 3 … without gaps, in commit order
 * @param at when it was committed, in milliseconds since 1970 by the database's clock
 * @param previousAt when its predecessor was committed, likewise; {@link #NOTHING_BEFORE} where nothing before it concerns
 *        whoever receives it
 * @param visibleAfter messages of the conversation up to this number do not concern the receiver any more;
 *        {@link #SAME_VISIBILITY} where the event does not change that
 * @param of the message that it is a change of, which must not come after it; null for what is no change of a message
 */
public record EventPosition(StreamId stream, long number, long at, long previousAt, long visibleAfter,
        @Nullable MessageRef of) {

    public static final long NOTHING_BEFORE = 0;
    public static final long SAME_VISIBILITY = -1;

    /** The position of what is no change of a message. */
    public EventPosition(StreamId stream, long number, long at, long previousAt, long visibleAfter) {
        this(stream, number, at, previousAt, visibleAfter, null);
    }

    /**
     * A message of the same conversation.
     *
     * @param at when it was committed
     */
    public record MessageRef(long number, long at) {
    }

    /** The position of a message. */
    public static EventPosition ofMessage(UUID chatId, long number, long at, long previousAt) {
        return new EventPosition(new StreamId(chatId, StreamId.Kind.MESSAGE), number, at, previousAt, SAME_VISIBILITY);
    }

    /** The position of a change of a message. */
    public static EventPosition ofChange(UUID chatId, long number, long at, long previousAt, MessageRef of) {
        return new EventPosition(new StreamId(chatId, StreamId.Kind.MESSAGE_CHANGE), number, at, previousAt, SAME_VISIBILITY,
                of);
    }

    public UUID chatId() {
        return stream.chatId();
    }

    public StreamId.Kind kind() {
        return stream.kind();
    }
}

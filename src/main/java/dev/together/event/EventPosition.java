package dev.together.event;

import java.util.UUID;

/**
 * The position of an event in its stream.
 *
 * @param number 1, 2, 3 … without gaps, in commit order
 * @param at when it was committed, in milliseconds since 1970 by the database's clock
 * @param previousAt when its predecessor was committed, likewise; {@link #NOTHING_BEFORE} where nothing before it concerns
 *        whoever receives it
 * @param visibleAfter messages of the conversation up to this number do not concern the receiver any more;
 *        {@link #SAME_VISIBILITY} where the event does not change that
 */
public record EventPosition(StreamId stream, long number, long at, long previousAt, long visibleAfter) {

    public static final long NOTHING_BEFORE = 0;
    public static final long SAME_VISIBILITY = -1;

    /** The position of a message. */
    public static EventPosition ofMessage(UUID chatId, long number, long at, long previousAt) {
        return new EventPosition(new StreamId(chatId, StreamId.Kind.MESSAGE), number, at, previousAt, SAME_VISIBILITY);
    }

    public UUID chatId() {
        return stream.chatId();
    }

    public StreamId.Kind kind() {
        return stream.kind();
    }
}

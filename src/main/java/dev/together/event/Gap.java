package dev.together.event;

import java.util.UUID;

/**
 * Numbers of a stream that should have arrived and have not.
 *
 * @param after the last number that did arrive; 0 where that is not known
 * @param before the first number that is waiting
 * @param since nothing older is missing: milliseconds since 1970 by the database's clock
 */
public record Gap(StreamId stream, long after, long before, long since) {

    public UUID chatId() {
        return stream.chatId();
    }

    /** Whether more than this may be missing. */
    public boolean isWiderThan(int limit) {
        return after > 0 && before - after > limit;
    }
}

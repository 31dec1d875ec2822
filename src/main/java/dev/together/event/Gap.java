package dev.together.event;

import java.util.UUID;

/**
 * Numbers of a conversation that should have arrived and have not.
 *
 * @param after the last number that did arrive; 0 where that is not known
 * @param before the first number that is waiting
 * @param since nothing older is missing: milliseconds since 1970 by the database's clock
 */
public record Gap(UUID chatId, EventPosition.Kind kind, long after, long before, long since) {

    /** Whether more than this may be missing. */
    public boolean isWiderThan(int limit) {
        return after > 0 && before - after > limit;
    }
}

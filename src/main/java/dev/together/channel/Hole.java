package dev.together.channel;

import java.util.UUID;

import dev.together.broker.Place;

/**
 * Numbers of a conversation that should have arrived and have not.
 *
 * @param after the last number that did arrive; 0 where that is not known
 * @param before the first number that is waiting
 * @param since nothing older is missing: milliseconds since 1970 by the database's clock
 */
public record Hole(UUID chatId, Place.Kind kind, long after, long before, long since) {

    /** Whether more than this may be missing. */
    boolean isWiderThan(int limit) {
        return after > 0 && before - after > limit;
    }
}

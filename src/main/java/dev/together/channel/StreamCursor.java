package dev.together.channel;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

import dev.together.event.EncodedEvent;
import dev.together.event.EventPosition;

/** How far one stream has come for one user, and what of it is held until its predecessor comes. */
class StreamCursor {

    static final long UNKNOWN = -1;

    long last = UNKNOWN;
    NavigableMap<Long, EncodedEvent> held = Collections.emptyNavigableMap();
    long heldSince;

    boolean isNext(EventPosition position, long liveSince) {
        if (position.previousAt() == EventPosition.NOTHING_BEFORE || position.number() == last + 1) {
            return true;
        }
        return last == UNKNOWN && position.previousAt() < liveSince;
    }

    /** Keeps the event back; says how many more are held. */
    int hold(EncodedEvent event, long number, long now) {
        if (held.isEmpty()) {
            held = new TreeMap<>();
            heldSince = now;
        }
        return held.put(number, event) == null ? 1 : 0;
    }

    /** Nothing is missing any more before what is held, and before this number; says how many fewer are held. */
    int skipTo(long before) {
        long next = held.isEmpty() ? before : Math.min(before, held.firstKey());
        return last < next - 1 ? advance(next - 1) : 0;
    }

    /** Comes to this number; says how many fewer are held. */
    int advance(long number) {
        last = number;
        if (held.isEmpty()) {
            return 0;
        }
        var passed = held.headMap(number, true);
        int count = passed.size();
        passed.clear();
        return count;
    }
}

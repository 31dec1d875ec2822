package dev.together.realtime;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import dev.together.event.EncodedEvent;
import dev.together.event.StreamId;

/** What a subscription does not hear live: what was committed before its time, and what it has been sent again. */
class ReplayFilter {

    private final long concernsFrom;
    private Map<StreamId, Long> replayed = Map.of();

    /** @param since what was committed before does not concern the subscription */
    ReplayFilter(Instant since) {
        this.concernsFrom = since.toEpochMilli();
    }

    /** What was committed before does not concern the subscription. */
    Instant since() {
        return Instant.ofEpochMilli(concernsFrom);
    }

    /** Takes in what has been sent again. */
    void add(EncodedEvent event) {
        var position = event.position();
        if (position == null) {
            return;
        }
        if (replayed.isEmpty()) {
            replayed = new HashMap<>();
        }
        replayed.merge(position.stream(), position.number(), Math::max);
        // Who has left, or come back since, does not hear live what was said before that.
        replayed.merge(new StreamId(position.chatId(), StreamId.Kind.MESSAGE), position.visibleAfter(), Math::max);
    }

    boolean has(EncodedEvent event) {
        var position = event.position();
        if (position == null) {
            return false;
        }
        return position.at() < concernsFrom
                || (!replayed.isEmpty()
                        && position.number() <= replayed.getOrDefault(position.stream(), 0L));
    }
}

package dev.together.realtime;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

import dev.together.broker.Place;
import dev.together.broker.Publication;

/** What a subscription does not hear live: what was committed before its time, and what it has been sent again. */
class ReplayFilter {

    private final long concernsFrom;
    private Map<Line, Long> replayed = Map.of();

    /** @param since what was committed before does not concern the subscription */
    ReplayFilter(Instant since) {
        this.concernsFrom = since.toEpochMilli();
    }

    /** What was committed before does not concern the subscription. */
    Instant since() {
        return Instant.ofEpochMilli(concernsFrom);
    }

    /** Takes in what has been sent again. */
    void add(Publication event) {
        var place = event.place();
        if (place == null) {
            return;
        }
        if (replayed.isEmpty()) {
            replayed = new HashMap<>();
        }
        replayed.merge(new Line(place.chatId(), place.kind()), place.number(), Math::max);
        // Who has left, or come back since, does not hear live what was said before that.
        replayed.merge(new Line(place.chatId(), Place.Kind.MESSAGE), place.floor(), Math::max);
    }

    boolean has(Publication event) {
        var place = event.place();
        if (place == null) {
            return false;
        }
        return place.at() < concernsFrom
                || (!replayed.isEmpty() && place.number() <= replayed.getOrDefault(new Line(place.chatId(), place.kind()), 0L));
    }

    /** One count of one conversation. */
    private record Line(UUID chatId, Place.Kind kind) {
    }
}

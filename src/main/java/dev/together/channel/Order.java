package dev.together.channel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

import dev.together.broker.Place;
import dev.together.broker.Publication;

/**
 * Puts what arrives for one user in order: per conversation the numbers ascend, each once.
 *
 * <p>
 * What comes early is held until its predecessor has come or the store has been asked for it. How far a conversation has
 * come is remembered for the {@value #REMEMBERED} conversations that changed last; of the others it is enough to know that
 * they have been quiet. Not safe for threads: its {@link Channel} sees to that.
 */
class Order {

    static final int REMEMBERED = 4_096;

    /** How far clocks and the ways from commit to arrival may differ. */
    static final long SLACK_MILLIS = 2_000;

    private static final long UNKNOWN = -1;

    private final Map<Key, Line> lines = new LinkedHashMap<>(4, 0.75f, true);
    private long liveSince;
    private int held;

    /** @param liveSince nothing older may be missing, in milliseconds since 1970 by the database's clock */
    Order(long liveSince) {
        this.liveSince = liveSince;
    }

    /** Takes what arrived; gives what can be delivered now, in order. */
    List<Publication> accept(Publication publication, long now) {
        var place = publication.place();
        if (place == null) {
            return List.of(publication);
        }
        var line = line(place.chatId(), place.kind());
        if (place.number() <= line.last) {
            return List.of();
        }
        if (!line.isNext(place, liveSince)) {
            held += line.hold(publication, place.number(), now);
            return List.of();
        }
        var ready = new ArrayList<Publication>(1);
        take(line, publication, place, ready);
        drain(line, now, ready);
        return ready;
    }

    /** Takes what the store had for the hole; gives what can be delivered now, in order. */
    List<Publication> fill(Hole hole, List<Publication> found, long now) {
        var line = line(hole.chatId(), hole.kind());
        var ready = new ArrayList<Publication>();
        for (var publication : found) {
            takeIfAhead(line, publication, ready);
        }
        var waiting = line.held.get(hole.before());
        if (waiting != null) {
            takeIfAhead(line, waiting, ready);
        }
        drain(line, now, ready);
        return ready;
    }

    /** The hole that has been open for longer than this, if there is one. */
    Optional<Hole> openSince(long then) {
        for (var entry : lines.entrySet()) {
            var line = entry.getValue();
            if (!line.held.isEmpty() && line.heldSince <= then) {
                var key = entry.getKey();
                return Optional.of(new Hole(key.chatId(), key.kind(), Math.max(0, line.last), line.held.firstKey(), liveSince));
            }
        }
        return Optional.empty();
    }

    /** The store could not be asked for the hole: it counts as open from this time on. */
    void postpone(Hole hole, long until) {
        line(hole.chatId(), hole.kind()).heldSince = until;
    }

    boolean isWaiting() {
        return held > 0;
    }

    int held() {
        return held;
    }

    private void takeIfAhead(Line line, Publication publication, List<Publication> ready) {
        var place = publication.place();
        if (place != null && place.number() > line.last) {
            take(line, publication, place, ready);
        }
    }

    private void take(Line line, Publication publication, Place place, List<Publication> ready) {
        held -= line.advance(place.number());
        ready.add(publication);
        if (place.floor() != Place.NO_FLOOR) {
            raise(line(place.chatId(), Place.Kind.MESSAGE), place.floor(), ready);
        }
    }

    /** A message may have overtaken the news that its conversation has appeared; then it stays delivered. */
    private void raise(Line messages, long floor, List<Publication> ready) {
        if (floor > messages.last) {
            held -= messages.advance(floor);
            drain(messages, messages.heldSince, ready);
        }
    }

    private void drain(Line line, long now, List<Publication> ready) {
        while (!line.held.isEmpty() && isNext(line)) {
            takeIfAhead(line, line.held.firstEntry().getValue(), ready);
        }
        line.heldSince = now;
    }

    private boolean isNext(Line line) {
        var place = line.held.firstEntry().getValue().place();
        return place == null || line.isNext(place, liveSince);
    }

    private Line line(UUID chatId, Place.Kind kind) {
        var line = lines.computeIfAbsent(new Key(chatId, kind), key -> new Line());
        if (lines.size() > REMEMBERED) {
            forgetEldest();
        }
        return line;
    }

    /** What is forgotten was complete up to what it saw last, so nothing older than that is missing anywhere. */
    private void forgetEldest() {
        var eldest = lines.values().iterator();
        var line = eldest.next();
        if (line.held.isEmpty()) {
            liveSince = Math.max(liveSince, line.heldSince - SLACK_MILLIS);
            eldest.remove();
        }
    }

    private record Key(UUID chatId, Place.Kind kind) {
    }

    /** How far one count of one conversation has come. */
    private static class Line {

        private long last = UNKNOWN;
        private NavigableMap<Long, Publication> held = Collections.emptyNavigableMap();
        private long heldSince;

        boolean isNext(Place place, long liveSince) {
            if (place.previousAt() == Place.NOTHING_BEFORE || place.number() == last + 1) {
                return true;
            }
            return last == UNKNOWN && place.previousAt() < liveSince;
        }

        /** Keeps the publication back; says how many more are held. */
        int hold(Publication publication, long number, long now) {
            if (held.isEmpty()) {
                held = new TreeMap<>();
                heldSince = now;
            }
            return held.put(number, publication) == null ? 1 : 0;
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
}

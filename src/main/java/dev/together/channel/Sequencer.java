package dev.together.channel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

import dev.together.event.EncodedEvent;
import dev.together.event.EventPosition;
import dev.together.event.Gap;
import dev.together.event.StreamId;

/**
 * Puts what arrives for one user in order: per conversation the numbers ascend, each once.
 *
 * <p>
 * What comes early is held until its predecessor has come or the store has been asked for it. How far a conversation has
 * come is remembered for the {@value #REMEMBERED} conversations that changed last; of the others it is enough to know that
 * they have been quiet. Not safe for threads: its {@link LocalChannel} sees to that.
 */
class Sequencer {

    static final int REMEMBERED = 4_096;

    /** How far clocks and the ways from commit to arrival may differ. */
    static final long SLACK_MILLIS = 2_000;

    private static final long UNKNOWN = -1;

    private final Map<StreamId, Line> lines = new LinkedHashMap<>(4, 0.75f, true);
    private long liveSince;
    private int held;

    /** @param liveSince nothing older may be missing, in milliseconds since 1970 by the database's clock */
    Sequencer(long liveSince) {
        this.liveSince = liveSince;
    }

    /** Takes what arrived; gives what can be delivered now, in order. */
    List<EncodedEvent> accept(EncodedEvent event, long now) {
        var position = event.position();
        if (position == null) {
            return List.of(event);
        }
        var line = line(position.stream());
        if (position.number() <= line.last) {
            return List.of();
        }
        if (!line.isNext(position, liveSince)) {
            held += line.hold(event, position.number(), now);
            return List.of();
        }
        var ready = new ArrayList<EncodedEvent>(1);
        take(line, event, position, ready);
        drain(line, now, ready);
        return ready;
    }

    /** Takes what the store had for the gap; gives what can be delivered now, in order. */
    List<EncodedEvent> fill(Gap gap, List<EncodedEvent> found, long now) {
        var line = line(gap.stream());
        var ready = new ArrayList<EncodedEvent>();
        for (var event : found) {
            takeIfAhead(line, event, ready);
        }
        var waiting = line.held.get(gap.before());
        if (waiting != null) {
            takeIfAhead(line, waiting, ready);
        }
        drain(line, now, ready);
        return ready;
    }

    /** The gap that has been open for longer than this, if there is one. */
    Optional<Gap> openSince(long then) {
        for (var entry : lines.entrySet()) {
            var line = entry.getValue();
            if (!line.held.isEmpty() && line.heldSince <= then) {
                return Optional.of(new Gap(entry.getKey(), Math.max(0, line.last), line.held.firstKey(), liveSince));
            }
        }
        return Optional.empty();
    }

    /** The store could not be asked for the gap: it counts as open from this time on. */
    void postpone(Gap gap, long until) {
        line(gap.stream()).heldSince = until;
    }

    boolean isWaiting() {
        return held > 0;
    }

    int held() {
        return held;
    }

    private void takeIfAhead(Line line, EncodedEvent event, List<EncodedEvent> ready) {
        var position = event.position();
        if (position != null && position.number() > line.last) {
            take(line, event, position, ready);
        }
    }

    private void take(Line line, EncodedEvent event, EventPosition position, List<EncodedEvent> ready) {
        held -= line.advance(position.number());
        ready.add(event);
        if (position.visibleAfter() != EventPosition.SAME_VISIBILITY) {
            raise(line(new StreamId(position.chatId(), StreamId.Kind.MESSAGE)), position.visibleAfter(), ready);
        }
    }

    /** A message may have overtaken the news that its conversation has appeared; then it stays delivered. */
    private void raise(Line messages, long visibleAfter, List<EncodedEvent> ready) {
        if (visibleAfter > messages.last) {
            held -= messages.advance(visibleAfter);
            drain(messages, messages.heldSince, ready);
        }
    }

    private void drain(Line line, long now, List<EncodedEvent> ready) {
        while (!line.held.isEmpty() && isNext(line)) {
            takeIfAhead(line, line.held.firstEntry().getValue(), ready);
        }
        line.heldSince = now;
    }

    private boolean isNext(Line line) {
        var position = line.held.firstEntry().getValue().position();
        return position == null || line.isNext(position, liveSince);
    }

    private Line line(StreamId stream) {
        var line = lines.computeIfAbsent(stream, id -> new Line());
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

    /** How far one count of one conversation has come. */
    private static class Line {

        private long last = UNKNOWN;
        private NavigableMap<Long, EncodedEvent> held = Collections.emptyNavigableMap();
        private long heldSince;

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

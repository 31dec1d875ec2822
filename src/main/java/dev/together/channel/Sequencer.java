package dev.together.channel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.together.event.EncodedEvent;
import dev.together.event.EventPosition;
import dev.together.event.EventPosition.MessageRef;
import dev.together.event.Gap;
import dev.together.event.StreamId;
import dev.together.event.StreamId.Kind;

/**
 * The order of what arrives for one user: per stream the numbers ascend, each once, and no change of a message comes before
 * it.
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

    private final Map<StreamId, StreamCursor> lines = new LinkedHashMap<>(4, 0.75f, true);
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
        if (!isNext(line, position)) {
            held += line.hold(event, position.number(), now);
            return List.of();
        }
        var ready = new ArrayList<EncodedEvent>(1);
        take(line, event, position, ready);
        drain(line, now, ready);
        drainChanges(position.chatId(), now, ready);
        return ready;
    }

    /** Takes what the store had for the gap; gives what can be delivered now, in order. */
    List<EncodedEvent> fill(Gap gap, List<EncodedEvent> found, long now) {
        var line = line(gap.stream());
        var ready = new ArrayList<EncodedEvent>();
        int taken = 0;
        while (taken < found.size() && hasArrived(gap.chatId(), messageOf(found.get(taken)))) {
            takeIfAhead(line, found.get(taken++), ready);
        }
        for (var waiting : found.subList(taken, found.size())) {
            held += line.hold(waiting, numberOf(waiting), now);
        }
        // What the store does not have for this user never comes.
        held -= line.skipTo(gap.before());
        drain(line, now, ready);
        drainChanges(gap.chatId(), now, ready);
        return ready;
    }

    /** The gap that has been open for longer than this, if there is one. */
    Optional<Gap> openSince(long then) {
        for (var entry : lines.entrySet()) {
            var line = entry.getValue();
            if (!line.held.isEmpty() && line.heldSince <= then) {
                return Optional.of(gap(entry.getKey(), line));
            }
        }
        return Optional.empty();
    }

    /** The store could not be asked for the gap: it counts as open from this time on. */
    void postpone(Gap gap, long until) {
        line(gap.stream()).heldSince = until;
        var changes = lines.get(new StreamId(gap.chatId(), Kind.MESSAGE_CHANGE));
        if (changes != null) {
            changes.heldSince = until;
        }
    }

    boolean isWaiting() {
        return held > 0;
    }

    int held() {
        return held;
    }

    /** A change that is next in its stream waits for its message. */
    private Gap gap(StreamId stream, StreamCursor line) {
        var first = line.held.firstEntry().getValue().position();
        if (first == null || first.of() == null || !line.isNext(first, liveSince)) {
            return new Gap(stream, Math.max(0, line.last), line.held.firstKey(), liveSince);
        }
        var messages = messages(stream.chatId());
        var known = lines.get(messages);
        return new Gap(messages, known == null ? 0 : Math.max(0, known.last), first.of().number() + 1, liveSince);
    }

    private static @Nullable MessageRef messageOf(EncodedEvent event) {
        return event.position() == null ? null : event.position().of();
    }

    private static long numberOf(EncodedEvent event) {
        return event.position() == null ? 0 : event.position().number();
    }

    private boolean isNext(StreamCursor line, EventPosition position) {
        return line.isNext(position, liveSince) && hasArrived(position.chatId(), position.of());
    }

    /** Whether the message was delivered, or is older than anything that may be missing. */
    private boolean hasArrived(UUID chatId, @Nullable MessageRef message) {
        if (message == null) {
            return true;
        }
        var messages = lines.get(messages(chatId));
        long last = messages == null ? StreamCursor.UNKNOWN : messages.last;
        return message.number() <= last || (last == StreamCursor.UNKNOWN && message.at() < liveSince);
    }

    /** Changes may have waited for a message that has come now. */
    private void drainChanges(UUID chatId, long now, List<EncodedEvent> ready) {
        var changes = held == 0 ? null : lines.get(new StreamId(chatId, Kind.MESSAGE_CHANGE));
        if (changes != null && !changes.held.isEmpty() && isNext(changes)) {
            drain(changes, now, ready);
        }
    }

    private void takeIfAhead(StreamCursor line, EncodedEvent event, List<EncodedEvent> ready) {
        var position = event.position();
        if (position != null && position.number() > line.last) {
            take(line, event, position, ready);
        }
    }

    private void take(StreamCursor line, EncodedEvent event, EventPosition position, List<EncodedEvent> ready) {
        held -= line.advance(position.number());
        ready.add(event);
        if (position.visibleAfter() != EventPosition.SAME_VISIBILITY) {
            raise(line(messages(position.chatId())), position.visibleAfter(), ready);
        }
    }

    /** A message may have overtaken the event that its conversation has appeared; then it stays delivered. */
    private void raise(StreamCursor messages, long visibleAfter, List<EncodedEvent> ready) {
        if (visibleAfter > messages.last) {
            held -= messages.advance(visibleAfter);
            drain(messages, messages.heldSince, ready);
        }
    }

    private void drain(StreamCursor line, long now, List<EncodedEvent> ready) {
        while (!line.held.isEmpty() && isNext(line)) {
            takeIfAhead(line, line.held.firstEntry().getValue(), ready);
        }
        line.heldSince = now;
    }

    private boolean isNext(StreamCursor line) {
        var position = line.held.firstEntry().getValue().position();
        return position == null || isNext(line, position);
    }

    private static StreamId messages(UUID chatId) {
        return new StreamId(chatId, Kind.MESSAGE);
    }

    private StreamCursor line(StreamId stream) {
        var line = lines.computeIfAbsent(stream, id -> new StreamCursor());
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
}

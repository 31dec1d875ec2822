package dev.together.replay;

import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.together.broker.Broker;
import dev.together.channel.EventPublisher;
import dev.together.event.Event;
import dev.together.event.EventPosition;
import io.smallrye.mutiny.Uni;

/**
 * Events that are due, on their way out, in order.
 *
 * <p>
 * The broker takes only so much before that has left for good, so they go in portions. None is published before all that
 * were added before it, and none counts as gone before it has left.
 */
class Backlog {

    private final Broker broker;
    private final EventPublisher publisher;
    private final long epoch;
    private final ArrayDeque<Entry> left = new ArrayDeque<>();

    Backlog(Broker broker, EventPublisher publisher) {
        this.broker = broker;
        this.publisher = publisher;
        this.epoch = broker.epoch();
    }

    void add(List<Entry> entries) {
        left.addAll(entries);
    }

    /** Publishes, in at most so many portions; what did not go then stays. Fails when it is not known what has left. */
    Uni<Void> publish(int portions) {
        publishWhatIsTaken();
        return broker.flush(epoch)
                .chain(() -> left.isEmpty() || portions == 1 ? Uni.createFrom().voidItem() : publish(portions - 1));
    }

    /**
     * Those of the positions whose events have all left.
     *
     * @throws IllegalStateException when there is none, because others publish faster than the broker takes it
     */
    List<EventPosition> gone(List<EventPosition> due) {
        var waiting = left.stream().flatMap(entry -> Stream.ofNullable(entry.event.position())).map(Backlog::key)
                .collect(Collectors.toSet());
        var gone = due.stream().filter(position -> !waiting.contains(key(position))).toList();
        if (gone.isEmpty()) {
            throw new IllegalStateException("Nothing of what is due could be published");
        }
        return gone;
    }

    private void publishWhatIsTaken() {
        try {
            while (!left.isEmpty()) {
                var next = left.element();
                broker.publish(next.subjects, publisher.encode(next.event));
                left.remove();
            }
        } catch (IllegalStateException e) {
            // Too much waits for NATS, or it is away; the flush that follows waits for the one, and fails for the other.
        }
    }

    private static EventPosition key(EventPosition position) {
        return new EventPosition(position.chatId(), position.kind(), position.number(), 0, 0, EventPosition.SAME_VISIBILITY);
    }

    /** An event and who is told. */
    record Entry(List<String> subjects, Event event) {
    }
}

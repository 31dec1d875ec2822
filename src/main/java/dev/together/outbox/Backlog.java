package dev.together.outbox;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

import dev.together.broker.Broker;
import dev.together.event.EventCodec;
import dev.together.event.EventSource.AddressedEvent;
import dev.together.event.OutboxEntry;
import dev.together.event.Subjects;
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
    private final EventCodec codec;
    private final long epoch;
    private final ArrayDeque<AddressedEvent> left = new ArrayDeque<>();

    Backlog(Broker broker, EventCodec codec) {
        this.broker = broker;
        this.codec = codec;
        this.epoch = broker.epoch();
    }

    void add(Collection<AddressedEvent> events) {
        left.addAll(events);
    }

    /** Publishes, in at most so many portions; what did not go then stays. Fails when it is not known what has left. */
    Uni<Void> publish(int portions) {
        publishWhatIsTaken();
        return broker.flush(epoch)
                .chain(() -> left.isEmpty() || portions == 1 ? Uni.createFrom().voidItem() : publish(portions - 1));
    }

    /**
     * Those of the entries whose events have all left.
     *
     * @throws IllegalStateException when there is none, because others publish faster than the broker takes it
     */
    List<OutboxEntry> gone(List<OutboxEntry> due) {
        var waiting = left.stream().flatMap(next -> next.event().entry().stream()).collect(Collectors.toSet());
        var gone = due.stream().filter(entry -> !waiting.contains(entry)).toList();
        if (gone.isEmpty()) {
            throw new IllegalStateException("Nothing of what is due could be published");
        }
        return gone;
    }

    private void publishWhatIsTaken() {
        try {
            while (!left.isEmpty()) {
                var next = left.element();
                broker.publish(next.users().stream().map(Subjects::ofUser).toList(), codec.encode(next.event()));
                left.remove();
            }
        } catch (IllegalStateException e) {
            // Too much waits for NATS, or it is away; the flush that follows waits for the one, and fails for the other.
        }
    }
}

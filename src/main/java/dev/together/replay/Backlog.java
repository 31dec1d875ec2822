package dev.together.replay;

import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.together.broker.Broker;
import dev.together.broker.Place;
import dev.together.channel.Channels;
import dev.together.channel.Event;
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
    private final Channels channels;
    private final long losses;
    private final ArrayDeque<Entry> left = new ArrayDeque<>();

    Backlog(Broker broker, Channels channels) {
        this.broker = broker;
        this.channels = channels;
        this.losses = broker.losses();
    }

    void add(List<Entry> entries) {
        left.addAll(entries);
    }

    /** Publishes, in at most so many portions; what did not go then stays. Fails when it is not known what has left. */
    Uni<Void> publish(int portions) {
        publishWhatIsTaken();
        return broker.flush(losses)
                .chain(() -> left.isEmpty() || portions == 1 ? Uni.createFrom().voidItem() : publish(portions - 1));
    }

    /**
     * Those of the places whose events have all left.
     *
     * @throws IllegalStateException when there is none, because others publish faster than the broker takes it
     */
    List<Place> gone(List<Place> due) {
        var waiting = left.stream().flatMap(entry -> Stream.ofNullable(entry.event.place())).map(Backlog::key)
                .collect(Collectors.toSet());
        var gone = due.stream().filter(place -> !waiting.contains(key(place))).toList();
        if (gone.isEmpty()) {
            throw new IllegalStateException("Nothing of what is due could be published");
        }
        return gone;
    }

    private void publishWhatIsTaken() {
        try {
            while (!left.isEmpty()) {
                var next = left.element();
                broker.publish(next.subjects, channels.encode(next.event));
                left.remove();
            }
        } catch (IllegalStateException e) {
            // Too much waits for NATS, or it is away; the flush that follows waits for the one, and fails for the other.
        }
    }

    private static Place key(Place place) {
        return new Place(place.chatId(), place.kind(), place.number(), 0, 0, Place.NO_FLOOR);
    }

    /** An event and who is told. */
    record Entry(List<String> subjects, Event event) {
    }
}

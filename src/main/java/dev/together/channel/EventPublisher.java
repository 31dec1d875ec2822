package dev.together.channel;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import jakarta.inject.Singleton;

import dev.together.broker.Broker;
import dev.together.event.Event;
import dev.together.event.EventCodec;
import dev.together.event.Subjects;
import dev.together.outbox.Outbox;
import dev.together.trace.Traces;

/** Publishes events to users: encoded once, sent to everyone. */
@Singleton
public class EventPublisher {

    private final Broker broker;
    private final Outbox outbox;
    private final EventCodec codec;
    private final Traces traces;

    EventPublisher(Broker broker, Outbox outbox, EventCodec codec, Traces traces) {
        this.broker = broker;
        this.outbox = outbox;
        this.codec = codec;
        this.traces = traces;
    }

    /**
     * Hands the event to the broker for these users' channels. It must have been committed.
     *
     * @throws IllegalStateException when it cannot leave this pod now; it stays in the outbox
     */
    public void publish(Collection<UUID> users, Event event) {
        publish(Map.of(event, users));
    }

    /** The same for the events of one outbox entry and whom each is for: it is removed when all of them could leave. */
    public void publish(Map<? extends Event, ? extends Collection<UUID>> audiences) {
        long epoch = broker.epoch();
        audiences.forEach((event, users) -> traces.published(codec.encode(event),
                encoded -> broker.publish(subjects(users), encoded)));
        audiences.keySet().stream().flatMap(event -> event.entry().stream()).findFirst()
                .ifPresent(entry -> outbox.published(entry, epoch));
    }

    private static List<String> subjects(Collection<UUID> users) {
        return users.stream().map(Subjects::ofUser).toList();
    }
}

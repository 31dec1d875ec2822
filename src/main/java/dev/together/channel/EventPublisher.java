package dev.together.channel;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import jakarta.inject.Singleton;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.together.broker.Broker;
import dev.together.event.EncodedEvent;
import dev.together.event.Event;
import dev.together.event.Subjects;
import dev.together.outbox.Outbox;
import dev.together.trace.Traces;

/** Publishes events to users: encoded once, told to everyone. */
@Singleton
public class EventPublisher {

    private final Broker broker;
    private final Outbox outbox;
    private final ObjectMapper json;
    private final Traces traces;

    EventPublisher(Broker broker, Outbox outbox, ObjectMapper json, Traces traces) {
        this.broker = broker;
        this.outbox = outbox;
        this.json = json;
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

    /** The same for the events of one position and whom each is for: the outbox forgets them when all of them could leave. */
    public void publish(Map<? extends Event, ? extends Collection<UUID>> audiences) {
        long epoch = broker.epoch();
        audiences.forEach((event, users) -> traces.published(encode(event),
                encoded -> broker.publish(subjects(users), encoded)));
        audiences.keySet().stream().map(Event::position).filter(Objects::nonNull).findFirst()
                .ifPresent(position -> outbox.published(position, epoch));
    }

    /** The event as it crosses between pods and, but for the topic, as clients receive it. */
    public EncodedEvent encode(Event event) {
        var frame = new Payload("broadcast", event.name(), event.payload(), new Payload.Meta(event.id()));
        return new EncodedEvent(event.id(), event.position(), write(frame));
    }

    /** What comes by REST without an id: it gets none, as upstream. */
    public EncodedEvent encode(String event, JsonNode payload) {
        return new EncodedEvent("", null, "", write(new Payload("broadcast", event, payload, null)), null);
    }

    /** A client's own broadcast on an open topic: the payload of its frame as it came, whatever it is. */
    public EncodedEvent relay(JsonNode payload, String sender) {
        return new EncodedEvent("", null, sender, payload.toString(), null);
    }

    private static List<String> subjects(Collection<UUID> users) {
        return users.stream().map(Subjects::ofUser).toList();
    }

    private String write(Payload frame) {
        try {
            return json.writeValueAsString(frame);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The event cannot be written as JSON", e);
        }
    }
}

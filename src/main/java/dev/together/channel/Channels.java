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
import dev.together.broker.Publication;
import dev.together.outbox.Outbox;
import dev.together.trace.Traces;

/** Publishes events to users: encoded once, told to everyone. */
@Singleton
public class Channels {

    private final Broker broker;
    private final Outbox outbox;
    private final ObjectMapper json;
    private final Traces traces;

    Channels(Broker broker, Outbox outbox, ObjectMapper json, Traces traces) {
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

    /** The same for the events of one place and whom each is for: the outbox forgets them when all of them could leave. */
    public void publish(Map<? extends Event, ? extends Collection<UUID>> audiences) {
        long losses = broker.losses();
        audiences.forEach((event, users) -> traces.published(encode(event),
                publication -> broker.publish(subjects(users), publication)));
        audiences.keySet().stream().map(Event::place).filter(Objects::nonNull).findFirst()
                .ifPresent(place -> outbox.published(place, losses));
    }

    /** The event as it crosses between pods and, but for the topic, as clients receive it. */
    public Publication encode(Event event) {
        var frame = new Payload("broadcast", event.name(), event.payload(), new Payload.Meta(event.id()));
        return new Publication(event.id(), event.place(), write(frame));
    }

    /** What comes by REST without an id: it gets none, as upstream. */
    public Publication encode(String event, JsonNode payload) {
        return new Publication("", null, "", write(new Payload("broadcast", event, payload, null)), null);
    }

    /** A client's own broadcast on an open topic: the payload of its frame as it came, whatever it is. */
    public Publication relay(JsonNode payload, String sender) {
        return new Publication("", null, sender, payload.toString(), null);
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

package dev.together.event;

import jakarta.inject.Singleton;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Encodes events once for everybody: the frame's payload, but for the topic. */
@Singleton
public class EventCodec {

    private final ObjectMapper json;

    EventCodec(ObjectMapper json) {
        this.json = json;
    }

    /** An event of the server's own. */
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

    private String write(Payload frame) {
        try {
            return json.writeValueAsString(frame);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The event cannot be written as JSON", e);
        }
    }
}

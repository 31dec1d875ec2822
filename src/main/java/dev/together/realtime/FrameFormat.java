package dev.together.realtime;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** How a version of the protocol writes its frames. */
sealed interface FrameFormat permits FrameV1, FrameV2 {

    /** What fits into a binary frame; a channel keeps the ref of its join. */
    int LONGEST_REF = 255;

    /** A longer one names no channel, and is not worth an answer that repeats it. */
    int LONGEST_TOPIC = 4_096;

    /** Reads a text frame. */
    Frame read(String text) throws Frame.Malformed;

    /** Writes a text frame. */
    String write(@Nullable String joinRef, @Nullable String ref, String topic, String event, Object payload);

    /** What a broadcast on this topic begins with, up to its payload. */
    String broadcastHead(@Nullable String joinRef, String topic);

    /** What a broadcast ends with, after its payload. */
    String broadcastTail();

    /** Whether raw bytes can be sent. */
    boolean isBinary();

    /** Parses JSON that a client sent. */
    static JsonNode parse(ObjectMapper json, String text) throws Frame.Malformed {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException e) {
            throw new Frame.Malformed("not JSON");
        }
    }

    /** A ref or null; anything else is malformed. */
    static @Nullable String refOrNull(@Nullable JsonNode node, String name) throws Frame.Malformed {
        if (node == null || node.isNull()) {
            return null;
        }
        var ref = text(node, name);
        if (ref.length() > LONGEST_REF) {
            throw new Frame.Malformed(name + " is too long");
        }
        return ref;
    }

    /** A topic; anything else is malformed. */
    static String topic(@Nullable JsonNode node) throws Frame.Malformed {
        var topic = text(node, "topic");
        if (topic.length() > LONGEST_TOPIC) {
            throw new Frame.Malformed("topic is too long");
        }
        return topic;
    }

    /** A text. */
    static String text(@Nullable JsonNode node, String name) throws Frame.Malformed {
        if (node == null || !node.isTextual()) {
            throw new Frame.Malformed(name + " is not a string");
        }
        return node.textValue();
    }

    /** Writes what the server says itself. */
    static String write(ObjectMapper json, Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A frame cannot be written as JSON", e);
        }
    }
}

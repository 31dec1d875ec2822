package dev.together.realtime;

import java.util.LinkedHashMap;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Frames of vsn 1.0.0: JSON objects; the server never says {@code join_ref}. */
record FrameV1(ObjectMapper json) implements FrameFormat {

    @Override
    public Frame read(String text) throws Frame.Malformed {
        var node = FrameFormat.parse(json, text);
        if (!node.isObject() || !node.has("ref")) {
            throw new Frame.Malformed("not an object with topic, event, payload and ref");
        }
        return new Frame(FrameFormat.refOrNull(node.get("join_ref"), "join_ref"),
                FrameFormat.refOrNull(node.get("ref"), "ref"),
                FrameFormat.topic(node.get("topic")),
                FrameFormat.text(node.get("event"), "event"),
                payload(node.get("payload")));
    }

    @Override
    public String write(@Nullable String joinRef, @Nullable String ref, String topic, String event, Object payload) {
        var frame = new LinkedHashMap<String, @Nullable Object>();
        frame.put("topic", topic);
        frame.put("event", event);
        frame.put("payload", payload);
        frame.put("ref", ref);
        return FrameFormat.write(json, frame);
    }

    @Override
    public String broadcastHead(@Nullable String joinRef, String topic) {
        return "{\"topic\":" + FrameFormat.write(json, topic) + ",\"event\":\"broadcast\",\"payload\":";
    }

    @Override
    public String broadcastTail() {
        return ",\"ref\":null}";
    }

    @Override
    public boolean isBinary() {
        return false;
    }

    private static JsonNode payload(@Nullable JsonNode node) throws Frame.Malformed {
        if (node == null) {
            throw new Frame.Malformed("no payload");
        }
        return node;
    }
}

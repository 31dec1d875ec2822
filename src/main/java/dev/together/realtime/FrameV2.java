package dev.together.realtime;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.vertx.core.buffer.Buffer;

/** Frames of vsn 2.0.0: JSON arrays {@code [join_ref, ref, topic, event, payload]}, and binary broadcasts. */
record FrameV2(ObjectMapper json) implements FrameFormat {

    private static final int CLIENT_BROADCAST = 3;
    private static final byte SERVER_BROADCAST = 4;
    private static final int JSON = 1;
    private static final byte RAW = 0;
    static final int HEADER = 7;

    @Override
    public Frame read(String text) throws Frame.Malformed {
        var node = FrameFormat.parse(json, text);
        if (!node.isArray() || node.size() != 5) {
            throw new Frame.Malformed("not an array of five");
        }
        return new Frame(FrameFormat.refOrNull(node.get(0), "join_ref"),
                FrameFormat.refOrNull(node.get(1), "ref"),
                FrameFormat.topic(node.get(2)),
                FrameFormat.text(node.get(3), "event"),
                node.get(4));
    }

    /**
     * Reads a binary broadcast: {@code 03, the lengths of join ref, ref, topic, event and meta, the encoding}, each one byte,
     * then those five and the payload.
     */
    Frame read(Buffer bytes) throws Frame.Malformed {
        if (bytes.length() < HEADER || bytes.getByte(0) != CLIENT_BROADCAST) {
            throw new Frame.Malformed("not a binary broadcast");
        }
        var parts = new String[5];
        int at = HEADER;
        for (int part = 0; part < parts.length; part++) {
            int end = at + bytes.getUnsignedByte(part + 1);
            if (end > bytes.length()) {
                throw new Frame.Malformed("cut");
            }
            parts[part] = text(bytes.slice(at, end));
            at = end;
        }
        var broadcast = json.createObjectNode().put("type", "broadcast").put("event", parts[3]);
        var payload = bytes.slice(at, bytes.length());
        if (bytes.getByte(HEADER - 1) == JSON) {
            broadcast.set("payload", FrameFormat.parse(json, text(payload)));
            return new Frame(emptyToNull(parts[0]), emptyToNull(parts[1]), parts[2], "broadcast", broadcast);
        }
        return new Frame(emptyToNull(parts[0]), emptyToNull(parts[1]), parts[2], "broadcast", broadcast, payload.copy());
    }

    @Override
    public String write(@Nullable String joinRef, @Nullable String ref, String topic, String event, Object payload) {
        return FrameFormat.write(json, Arrays.<@Nullable Object> asList(joinRef, ref, topic, event, payload));
    }

    /** A broadcast of raw bytes: {@code 04, the lengths of topic, event and meta, 00}, then those three and the bytes. */
    static Buffer writeBytes(String topic, String event, Buffer payload) {
        var topicBytes = topic.getBytes(StandardCharsets.UTF_8);
        var eventBytes = event.getBytes(StandardCharsets.UTF_8);
        return Buffer.buffer()
                .appendByte(SERVER_BROADCAST)
                .appendUnsignedByte((short) topicBytes.length)
                .appendUnsignedByte((short) eventBytes.length)
                .appendUnsignedByte((short) 0)
                .appendByte(RAW)
                .appendBytes(topicBytes).appendBytes(eventBytes).appendBuffer(payload);
    }

    @Override
    public String broadcastHead(@Nullable String joinRef, String topic) {
        return "[" + (joinRef == null ? "null" : FrameFormat.write(json, joinRef)) + ",null," + FrameFormat.write(json, topic)
                + ",\"broadcast\",";
    }

    @Override
    public String broadcastTail() {
        return "]";
    }

    @Override
    public boolean isBinary() {
        return true;
    }

    private static String text(Buffer bytes) throws Frame.Malformed {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.getBytes())).toString();
        } catch (CharacterCodingException e) {
            throw new Frame.Malformed("not UTF-8");
        }
    }

    private static @Nullable String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }
}

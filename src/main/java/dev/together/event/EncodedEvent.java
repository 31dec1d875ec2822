package dev.together.event;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.vertx.core.buffer.Buffer;

/**
 * An event, encoded once for everybody it concerns.
 *
 * @param id the event's {@code meta.id}; the same on every copy; empty for a client's own broadcast
 * @param position its position in its conversation; null for what has no order
 * @param sender the connection that must not hear it; empty for none
 * @param json the payload of the broadcast frame: {@code {"type":"broadcast","event":…,"payload":…,"meta":{"id":…}}}; for
 *        raw bytes the event's name alone
 * @param bytes the payload of a broadcast that is not JSON
 * @param trace the W3C traceparent of whoever published it; empty for none, and not part of {@link #toBuffer}
 */
public record EncodedEvent(String id, @Nullable EventPosition position, String sender, String json, @Nullable Buffer bytes,
        String trace) {

    private static final byte UNPLACED = 0;
    private static final int PLACE_END = 49;
    private static final int CHANGE_END = PLACE_END + 16;

    /** An event of the server's own. */
    public EncodedEvent(String id, @Nullable EventPosition position, String json) {
        this(id, position, "", json, null);
    }

    /** An event or a client's broadcast, in no trace. */
    public EncodedEvent(String id, @Nullable EventPosition position, String sender, String json, @Nullable Buffer bytes) {
        this(id, position, sender, json, bytes, "");
    }

    /** The same, as part of a trace. */
    public EncodedEvent inTrace(String traceparent) {
        return new EncodedEvent(id, position, sender, json, bytes, traceparent);
    }

    /** The payload of the frame when it is sent again; {@code meta} stands last in it. */
    public String replayedJson() {
        return json.substring(0, json.length() - 2) + ",\"replayed\":true}}";
    }

    /**
     * The event as it crosses between pods. Bytes follow the text to the end; that they are there and none are is said
     * by the complement of the text's length, which a pod that does not know of it drops.
     */
    public Buffer toBuffer() {
        var text = json.getBytes(StandardCharsets.UTF_8);
        var buffer = Buffer.buffer(CHANGE_END + id.length() + sender.length() + text.length + 8);
        if (position == null) {
            buffer.appendByte(UNPLACED);
        } else {
            buffer.appendByte(position.kind().code())
                    .appendLong(position.chatId().getMostSignificantBits())
                    .appendLong(position.chatId().getLeastSignificantBits())
                    .appendLong(position.number())
                    .appendLong(position.at())
                    .appendLong(position.previousAt())
                    .appendLong(position.visibleAfter());
            if (position.of() != null) {
                buffer.appendLong(position.of().number()).appendLong(position.of().at());
            }
        }
        appendShort(buffer, id);
        appendShort(buffer, sender);
        boolean isEmpty = bytes != null && bytes.length() == 0;
        buffer.appendInt(isEmpty ? ~text.length : text.length).appendBytes(text);
        return bytes == null ? buffer : buffer.appendBuffer(bytes);
    }

    /**
     * Reads what {@link #toBuffer} wrote.
     *
     * @throws IndexOutOfBoundsException for a buffer that was cut
     */
    public static EncodedEvent from(Buffer buffer) {
        int at = 1;
        EventPosition position = null;
        if (buffer.getByte(0) != UNPLACED) {
            var kind = StreamId.Kind.of(buffer.getByte(0));
            var chatId = new UUID(buffer.getLong(1), buffer.getLong(9));
            boolean isChange = kind == StreamId.Kind.MESSAGE_CHANGE;
            var of = isChange ? new EventPosition.MessageRef(buffer.getLong(PLACE_END), buffer.getLong(PLACE_END + 8)) : null;
            position = new EventPosition(new StreamId(chatId, kind), buffer.getLong(17), buffer.getLong(25), buffer.getLong(33),
                    buffer.getLong(41), of);
            at = isChange ? CHANGE_END : PLACE_END;
        }
        var id = shortAt(buffer, at);
        at += 1 + buffer.getUnsignedByte(at);
        var sender = shortAt(buffer, at);
        at += 1 + buffer.getUnsignedByte(at);
        int length = buffer.getInt(at);
        boolean isEmpty = length < 0;
        int end = at + 4 + (isEmpty ? ~length : length);
        boolean hasBytes = isEmpty || end < buffer.length();
        return new EncodedEvent(id, position, sender, buffer.getString(at + 4, end),
                hasBytes ? buffer.getBuffer(end, buffer.length()) : null);
    }

    private static void appendShort(Buffer buffer, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 255) {
            throw new IllegalArgumentException("At most 255 bytes fit here");
        }
        buffer.appendUnsignedByte((short) bytes.length).appendBytes(bytes);
    }

    private static String shortAt(Buffer buffer, int at) {
        return buffer.getString(at + 1, at + 1 + buffer.getUnsignedByte(at));
    }
}

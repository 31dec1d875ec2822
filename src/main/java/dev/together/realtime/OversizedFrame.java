package dev.together.realtime;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.node.MissingNode;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;

/**
 * What is left of a frame that was too large: a binary frame in its place, of a kind that no client sends, with what an answer
 * needs. A client that sends one itself is told the same.
 */
class OversizedFrame {

    private static final byte DROPPED = (byte) 0xff;
    private static final byte ENDS = (byte) 0xfe;
    private static final byte CROWDED = (byte) 0xfd;
    private static final String REASON = "payload_size_exceeded";

    private OversizedFrame() {
    }

    /** In place of a frame that was dropped. */
    static ByteBuf dropped(String head) {
        return Unpooled.buffer().writeByte(DROPPED).writeBytes(head.getBytes(StandardCharsets.UTF_8));
    }

    /** In place of a frame for which the connection ends. */
    static ByteBuf ends() {
        return Unpooled.buffer(1).writeByte(ENDS);
    }

    /** In place of a message for which there is no memory: the connection ends. */
    static ByteBuf crowded() {
        return Unpooled.buffer(1).writeByte(CROWDED);
    }

    static boolean isDropped(Buffer bytes) {
        return bytes.length() > 0 && bytes.getByte(0) == DROPPED;
    }

    static boolean isEnding(Buffer bytes) {
        return bytes.length() > 0 && bytes.getByte(0) == ENDS;
    }

    static boolean isCrowded(Buffer bytes) {
        return bytes.length() > 0 && bytes.getByte(0) == CROWDED;
    }

    /** The frame that was dropped, without its payload. */
    static Frame head(Buffer bytes) throws Frame.Malformed {
        try {
            var head = new JsonArray(bytes.getString(1, bytes.length()));
            var frame = new Frame(head.getString(0), head.getString(1), text(head.getString(2)), text(head.getString(3)),
                    MissingNode.getInstance());
            if (String.valueOf(frame.ref()).length() > FrameFormat.LONGEST_REF
                    || String.valueOf(frame.joinRef()).length() > FrameFormat.LONGEST_REF) {
                throw new Frame.Malformed("a ref is too long");
            }
            return frame;
        } catch (DecodeException | ClassCastException | IndexOutOfBoundsException e) {
            throw new Frame.Malformed("too large and not JSON");
        }
    }

    /** Tells who wants an answer: a broadcast with {@code ack}, and every frame that is always answered. */
    static void answer(RealtimeConnection connection, Frame frame) {
        var subscription = connection.subscription(frame.topic());
        boolean isAnswered = switch (frame.event()) {
            case "access_token" -> false;
            case "broadcast" -> subscription != null && subscription.join.isAck();
            default -> frame.ref() != null;
        };
        if (isAnswered) {
            connection.replyError(frame, REASON);
        }
    }

    private static String text(@Nullable String part) throws Frame.Malformed {
        if (part == null) {
            throw new Frame.Malformed("too large, without topic or event");
        }
        return part;
    }

    /** The head of a binary broadcast, as {@link FrameHead#json}: it stands before the payload. */
    static String headOfBinary(byte[] start) {
        var head = new JsonArray();
        int at = FrameV2.HEADER;
        for (int part = 1; part <= 3 && at <= start.length; part++) {
            int end = Math.min(start.length, at + (start[part] & 0xff));
            var text = new String(Arrays.copyOfRange(start, at, end), StandardCharsets.UTF_8);
            head.add(text.isEmpty() ? null : text);
            at = end;
        }
        return head.add("broadcast").encode();
    }
}

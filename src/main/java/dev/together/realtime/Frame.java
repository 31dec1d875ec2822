package dev.together.realtime;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

import io.vertx.core.buffer.Buffer;

/**
 * One message of the protocol from a client.
 *
 * @param joinRef the ref of the join it belongs to
 * @param ref what a reply answers to
 * @param topic the channel's name on the wire
 * @param payload an object in every frame that means something
 * @param bytes the payload of a binary broadcast that is not JSON
 */
record Frame(@Nullable String joinRef, @Nullable String ref, String topic, String event, JsonNode payload,
        @Nullable Buffer bytes) {

    /** A frame that was written as text. */
    Frame(@Nullable String joinRef, @Nullable String ref, String topic, String event, JsonNode payload) {
        this(joinRef, ref, topic, event, payload, null);
    }

    /** The same without its payload: what an answer needs, and all that may be kept for one that comes later. */
    Frame head() {
        return new Frame(joinRef, ref, topic, event, MissingNode.getInstance());
    }

    /** A frame of more bytes than one may have; it was read away and the connection stays. */
    static class TooLarge extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient Frame head;

        TooLarge(Frame head) {
            super("too large", null, false, false);
            this.head = head;
        }

        Frame head() {
            return head;
        }
    }

    /** A frame that is none; it is dropped and the connection stays. */
    static class Malformed extends Exception {

        private static final long serialVersionUID = 1L;

        Malformed(String why) {
            super(why, null, false, false);
        }
    }
}

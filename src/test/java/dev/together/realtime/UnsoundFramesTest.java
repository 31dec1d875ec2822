package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

/** A frame with half a character is none: it is dropped, and the connection stays. */
@QuarkusTest
class UnsoundFramesTest extends WithPeople {

    private static final byte[] HALF = { (byte) 0xED, (byte) 0xA0, (byte) 0xBD };
    private static final byte[] NO_UTF_8 = { (byte) 0xFF };

    @ParameterizedTest
    @ValueSource(strings = { "1.0.0", "2.0.0" })
    void half_a_character_goes_nowhere(String vsn) {
        var topic = "realtime:room-" + UUID.randomUUID();
        var alice = person();
        var listener = alice.online();
        listener.joins(topic, alice.token);
        var sender = alice.wire(vsn);
        sender.joins(topic, alice.token);

        for (var payload : List.of("\"\\ud83d\"", "{\"\\ude00\":1}", "[{\"a\":\"x\\ud83dy\"}]")) {
            sender.sendText(broadcast(vsn, topic, "chat", payload));
        }
        sender.sendText(broadcast(vsn, topic, "\\ud83d", "1"));
        sender.sendText(broadcast(vsn, topic + "\\ud83d", "chat", "1"));
        sender.sendText(broadcast(vsn, topic, "chat", "\"\\ud83d\\ude00\""));

        assertThat(listener.hears("chat").payload().getValue("payload")).isEqualTo("\uD83D\uDE00");
        listener.hearsNothing();
        assertThat(sender.asks("phoenix", "heartbeat", new JsonObject()).status()).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1 })
    void bytes_that_are_no_text_are_none_in_a_binary_frame_either(int encoding) {
        var topic = "realtime:room-" + UUID.randomUUID();
        var alice = person();
        var listener = alice.online();
        listener.joins(topic, alice.token);
        var sender = alice.wire("2.0.0");
        sender.joins(topic, alice.token);

        for (var bytes : new byte[][] { HALF, NO_UTF_8 }) {
            sender.sendBinary(
                    binary(encoding, "7".getBytes(StandardCharsets.UTF_8), topic, bytes, "1".getBytes(StandardCharsets.UTF_8)));
            sender.sendBinary(binary(encoding, bytes, topic, "chat".getBytes(StandardCharsets.UTF_8),
                    "1".getBytes(StandardCharsets.UTF_8)));
            sender.sendBinary(binary(1, "7".getBytes(StandardCharsets.UTF_8), topic, "chat".getBytes(StandardCharsets.UTF_8),
                    ("{\"a\":\"" + new String(bytes, StandardCharsets.ISO_8859_1) + "\"}")
                            .getBytes(StandardCharsets.ISO_8859_1)));
        }
        sender.sendText(broadcast("2.0.0", topic, "chat", "\"sound\""));

        assertThat(listener.hears("chat").payload().getValue("payload")).isEqualTo("sound");
        listener.receivesNothing();
        assertThat(sender.asks("phoenix", "heartbeat", new JsonObject()).status()).isEqualTo("ok");
    }

    private static String broadcast(String vsn, String topic, String event, String payload) {
        var inner = "{\"type\":\"broadcast\",\"event\":\"" + event + "\",\"payload\":" + payload + "}";
        return vsn.equals("2.0.0") ? "[null,\"7\",\"" + topic + "\",\"broadcast\"," + inner + "]"
                : "{\"topic\":\"" + topic + "\",\"event\":\"broadcast\",\"payload\":" + inner + ",\"ref\":\"7\"}";
    }

    private static byte[] binary(int encoding, byte[] ref, String topic, byte[] event, byte[] payload) {
        var frame = new ByteArrayOutputStream();
        frame.writeBytes(
                new byte[] { 3, 0, (byte) ref.length, (byte) topic.length(), (byte) event.length, 0, (byte) encoding });
        frame.writeBytes(ref);
        frame.writeBytes(topic.getBytes(StandardCharsets.US_ASCII));
        frame.writeBytes(event);
        frame.writeBytes(payload);
        return frame.toByteArray();
    }
}

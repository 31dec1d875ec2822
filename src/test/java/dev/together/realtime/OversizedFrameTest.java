package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.testing.Wire;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

/** Frames of more bytes than one may have, 262,144 here. */
@QuarkusTest
class OversizedFrameTest extends WithPeople {

    private static final String LARGE = "x".repeat(262_144);

    private final String topic = "realtime:room-" + UUID.randomUUID();

    @ParameterizedTest
    @ValueSource(strings = { "1.0.0", "2.0.0" })
    void a_frame_above_the_limit_is_dropped_and_the_connection_stays(String vsn) {
        var listener = in(topic, vsn, false);
        var wire = in(topic, vsn, false);

        wire.sendText(broadcast(vsn, "1", "7", LARGE));
        wire.sendText(broadcast(vsn, "1", "8", "x".repeat(2_900_000)));
        wire.sendText(broadcast(vsn, "1", "9", "small"));

        assertThat(listener.hears("e").payload().getString("payload")).isEqualTo("small");
        assertThat(wire.asks("phoenix", "heartbeat", new JsonObject()).status()).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(strings = { "1.0.0", "2.0.0" })
    void who_wants_an_answer_is_told(String vsn) {
        var wire = in(topic, vsn, true);

        wire.sendText(broadcast(vsn, "1", "7", LARGE));

        assertThat(wire.nextText()).isEqualTo(vsn.equals("2.0.0")
                ? "[\"1\",\"7\",\"%s\",\"phx_reply\",{\"status\":\"error\",\"response\":{\"reason\":\"payload_size_exceeded\"}}]"
                        .formatted(topic)
                : "{\"topic\":\"%s\",\"event\":\"phx_reply\",\"payload\":{\"status\":\"error\",\"response\":{\"reason\":\"payload_size_exceeded\"}},\"ref\":\"7\"}"
                        .formatted(topic));
        assertThat(wire.asks(topic, "phx_join", new JsonObject().put("x", LARGE)).reason()).isEqualTo("payload_size_exceeded");
    }

    @Test
    void who_sends_it_in_binary_is_told_as_well() {
        var wire = in(topic, "2.0.0", true);
        var frame = new ByteArrayOutputStream();
        frame.writeBytes(new byte[] { 3, 1, 1, (byte) topic.length(), 1, 0, 0 });
        frame.writeBytes(("17" + topic + "e" + LARGE).getBytes(StandardCharsets.UTF_8));

        wire.sendBinary(frame.toByteArray());

        assertThat(wire.nextText()).isEqualTo(
                "[\"1\",\"7\",\"%s\",\"phx_reply\",{\"status\":\"error\",\"response\":{\"reason\":\"payload_size_exceeded\"}}]"
                        .formatted(topic));
    }

    @ParameterizedTest
    @ValueSource(strings = { "1.0.0", "2.0.0" })
    void who_wants_no_answer_is_not_told(String vsn) {
        var wire = in(topic, vsn, false);

        wire.sendText(broadcast(vsn, "1", "7", LARGE));
        wire.sendText("not JSON " + LARGE);
        wire.sendText("\"" + LARGE + "\"");

        wire.receivesNothing();
        assertThat(wire.asks("phoenix", "heartbeat", new JsonObject()).status()).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(strings = { "1.0.0", "2.0.0" })
    void a_frame_as_large_as_the_limit_is_heard(String vsn) {
        var listener = in(topic, vsn, false);
        var wire = in(topic, vsn, false);
        var largest = "x".repeat(262_144 - broadcast(vsn, "1", "7", "").length());

        wire.sendText(broadcast(vsn, "1", "7", largest));
        wire.sendText(broadcast(vsn, "1", "7", largest + "x"));
        wire.sendText(broadcast(vsn, "1", "7", "next"));

        assertThat(listener.hears("e").payload().getString("payload")).isEqualTo(largest);
        assertThat(listener.hears("e").payload().getString("payload")).isEqualTo("next");
    }

    @ParameterizedTest
    @ValueSource(strings = { "1.0.0", "2.0.0" })
    void a_frame_above_three_million_bytes_ends_the_connection(String vsn) {
        var wire = in(topic, vsn, false);

        wire.sendText(broadcast(vsn, "1", "7", "x".repeat(3_000_000)));

        assertThat(wire.isClosed()).isEqualTo(1009);
    }

    private Wire in(String topic, String vsn, boolean isAck) {
        var person = person();
        var wire = person.wire(vsn);
        var config = new JsonObject().put("broadcast", new JsonObject().put("ack", isAck));
        assertThat(wire.join(topic, new JsonObject().put("config", config).put("access_token", person.token)).status())
                .isEqualTo("ok");
        return wire;
    }

    /** As supabase-js writes it: on vsn 1.0.0 the refs come after the payload. */
    private String broadcast(String vsn, String joinRef, String ref, String payload) {
        return vsn.equals("2.0.0")
                ? "[\"%s\",\"%s\",\"%s\",\"broadcast\",{\"type\":\"broadcast\",\"event\":\"e\",\"payload\":\"%s\"}]"
                        .formatted(joinRef, ref, topic, payload)
                : "{\"topic\":\"%s\",\"event\":\"broadcast\",\"payload\":{\"type\":\"broadcast\",\"event\":\"e\",\"payload\":\"%s\"},\"ref\":\"%s\",\"join_ref\":\"%s\"}"
                        .formatted(topic, payload, ref, joinRef);
    }
}

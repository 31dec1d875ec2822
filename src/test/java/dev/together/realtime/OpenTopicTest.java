package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.together.testing.Person;
import dev.together.testing.TestTokens;
import dev.together.testing.Wire;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

/** Plain Broadcast between signed-in clients, on topics that the configuration opens. */
@QuarkusTest
class OpenTopicTest extends WithPeople {

    private static final byte JSON = 1;
    private static final byte RAW = 0;

    private final String topic = "realtime:room-" + UUID.randomUUID();

    @Test
    void everybody_else_hears_a_broadcast_as_it_was_sent() {
        var v2 = in(topic, "2.0.0", false, false);
        var v1 = in(topic, "1.0.0", false, false);
        var sender = in(topic, "2.0.0", false, false);

        sender.send("1", "2", topic, "broadcast", broadcast("chat", new JsonObject().put("t", "hi")));

        assertThat(v2.nextText()).isEqualTo("""
                [null,null,"%s","broadcast",{"type":"broadcast","event":"chat","payload":{"t":"hi"}}]""".formatted(topic));
        assertThat(v1.nextText()).isEqualTo("""
                {"topic":"%s","event":"broadcast","payload":{"type":"broadcast","event":"chat","payload":{"t":"hi"}},\
                "ref":null}""".formatted(topic));
        sender.receivesNothing();
    }

    @Test
    void self_hears_itself_and_ack_is_answered() {
        var both = in(topic, "2.0.0", true, true);

        var reply = both.asks(topic, "broadcast", broadcast("chat", new JsonObject()));

        assertThat(reply.status()).isEqualTo("ok");
        both.asks(topic, "broadcast", broadcast("again", new JsonObject()));
        both.close();
        var self = in(topic, "2.0.0", true, false);
        self.send("1", "2", topic, "broadcast", broadcast("mine", new JsonObject()));
        self.hears("mine");
    }

    @Test
    void a_binary_frame_of_json_is_heard_as_text() {
        var listener = in(topic, "2.0.0", false, false);
        var sender = in(topic, "2.0.0", false, true);

        sender.sendBinary(binary("2", topic, "chat", JSON, "{\"t\":\"hi\"}".getBytes(StandardCharsets.UTF_8)));

        assertThat(sender.nextText())
                .isEqualTo("[\"1\",\"2\",\"%s\",\"phx_reply\",{\"status\":\"ok\",\"response\":{}}]".formatted(topic));
        assertThat(listener.nextText()).isEqualTo("""
                [null,null,"%s","broadcast",{"type":"broadcast","event":"chat","payload":{"t":"hi"}}]""".formatted(topic));
    }

    @Test
    void raw_bytes_are_heard_on_v2_and_skipped_on_v1() {
        var v2 = in(topic, "2.0.0", false, false);
        var v1 = in(topic, "1.0.0", false, false);
        var sender = in(topic, "2.0.0", false, false);
        var bytes = new byte[] { 0, 1, (byte) 0xff, 7 };

        sender.sendBinary(binary("2", topic, "image", RAW, bytes));

        var expected = new ByteArrayOutputStream();
        expected.writeBytes(new byte[] { 4, (byte) topic.length(), 5, 0, 0 });
        expected.writeBytes((topic + "image").getBytes(StandardCharsets.UTF_8));
        expected.writeBytes(bytes);
        assertThat(v2.nextBinary()).isEqualTo(expected.toByteArray());
        v1.receivesNothing();
    }

    @Test
    void a_topic_may_be_as_long_as_a_binary_frame_can_say() {
        var longest = topic + "é".repeat((255 - topic.length()) / 2) + "x".repeat((255 - topic.length()) % 2);
        var listener = in(longest, "2.0.0", false, false);
        var sender = in(longest, "2.0.0", false, false);

        sender.sendBinary(binary("2", longest, "image", RAW, new byte[] { 7 }));

        assertThat(listener.nextBinary()).startsWith(4, 255, 5, 0, 0).endsWith('a', 'g', 'e', 7);
    }

    @Test
    void a_topic_that_is_longer_is_refused_and_nothing_is_left_of_it() {
        var person = person();
        var tooLong = topic + "é".repeat(256 - topic.length());
        for (var vsn : new String[] { "1.0.0", "2.0.0" }) {
            var wire = person.wire(vsn);

            assertThat(wire.join(tooLong, new JsonObject().put("access_token", person.token)).reason())
                    .startsWith("TopicNameTooLong: ");

            assertThat(wire.asks(tooLong, "broadcast", broadcast("chat", new JsonObject())).reason())
                    .isEqualTo("unmatched topic");
            wire.joins(topic, person.token);
        }
    }

    @Test
    void the_public_and_the_private_topic_of_a_name_are_two() {
        var isPublic = in(topic, "2.0.0", false, false);
        var isPrivate = join(topic, new JsonObject().put("private", true));
        var sender = in(topic, "2.0.0", false, false);

        sender.send("1", "2", topic, "broadcast", broadcast("chat", new JsonObject()));

        isPublic.hears("chat");
        isPrivate.receivesNothing();
    }

    @Test
    void a_broadcast_without_payload_is_heard_as_it_came() {
        var listener = in(topic, "2.0.0", false, false);
        var sender = in(topic, "2.0.0", false, false);

        sender.send("1", "2", topic, "broadcast", new JsonObject().put("type", "broadcast").put("event", "ping"));

        assertThat(listener.nextText()).isEqualTo("""
                [null,null,"%s","broadcast",{"type":"broadcast","event":"ping"}]""".formatted(topic));
    }

    @Test
    void what_the_configuration_does_not_open_is_closed_to_everybody() {
        var person = person();
        for (var token : new String[] { person.token, TestTokens.service(), TestTokens.anon() }) {
            var reply = person.wire("2.0.0").join("realtime:elsewhere", new JsonObject().put("access_token", token));
            assertThat(reply.reason()).isEqualTo(
                    "Unauthorized: You do not have permissions to read from this Channel topic: elsewhere");
        }
    }

    @Test
    void who_has_not_signed_in_does_not_join() {
        assertThat(person().wire("2.0.0").join(topic, new JsonObject()).reason()).startsWith("Unauthorized");
        assertThat(person().wire("2.0.0").join(topic, new JsonObject().put("access_token", TestTokens.anon())).reason())
                .startsWith("Unauthorized");
    }

    private Wire in(String topic, String vsn, boolean isSelf, boolean isAck) {
        var person = person();
        var wire = person.wire(vsn);
        assertThat(wire.join(topic, new JsonObject().put("access_token", person.token).put("config",
                new JsonObject().put("broadcast", new JsonObject().put("self", isSelf).put("ack", isAck)))).status())
                .isEqualTo("ok");
        return wire;
    }

    private Wire join(String topic, JsonObject config) {
        Person person = person();
        var wire = person.wire("2.0.0");
        assertThat(wire.join(topic, new JsonObject().put("access_token", person.token).put("config", config)).status())
                .isEqualTo("ok");
        return wire;
    }

    private static JsonObject broadcast(String event, JsonObject payload) {
        return new JsonObject().put("type", "broadcast").put("event", event).put("payload", payload);
    }

    /** A kind-3 frame as supabase-js writes it, of the join with ref 1. */
    private static byte[] binary(String ref, String topic, String event, byte encoding, byte[] payload) {
        var frame = new ByteArrayOutputStream();
        frame.writeBytes(new byte[] { 3, 1, (byte) ref.length(), (byte) topic.getBytes(StandardCharsets.UTF_8).length,
                (byte) event.length(), 0, encoding });
        frame.writeBytes(("1" + ref + topic + event).getBytes(StandardCharsets.UTF_8));
        frame.writeBytes(payload);
        return frame.toByteArray();
    }
}

package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.testing.Person;
import dev.together.testing.Wire;
import dev.together.testing.Wire.Received;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Who is here, on open topics and among the participants of a conversation. */
@QuarkusTest
@SuppressWarnings("NullAway.Init") // set before each
class PresenceTest extends WithPeople {

    private static final int MANY = 1_000;

    private final String topic = "realtime:room-" + UUID.randomUUID();
    private Person alice;
    private Person bob;

    @BeforeEach
    void meet() {
        alice = person();
        bob = person();
    }

    @Test
    void frames_of_version_2_are_as_upstream_writes_them() {
        var wire = alice.wire("2.0.0");
        wire.send("1", "1", topic, "phx_join", request(alice, "a", true));

        assertThat(wire.nextText()).contains("\"phx_reply\"", "\"ok\"");
        assertThat(wire.nextText()).isEqualTo("[\"1\",null,\"%s\",\"presence_state\",{}]".formatted(topic));
        wire.send("1", "2", topic, "presence", track(new JsonObject().put("at", 1)));
        assertThat(wire.nextText())
                .isEqualTo("[\"1\",\"2\",\"%s\",\"phx_reply\",{\"status\":\"ok\",\"response\":{}}]".formatted(topic));
        assertThat(withoutRefs(wire.nextText())).isEqualTo("""
                [null,null,"%s","presence_diff",{"joins":{"a":{"metas":[{"phx_ref":"…","at":1}]}},"leaves":{}}]"""
                .formatted(topic));
        wire.send("1", "3", topic, "presence", untrack());
        assertThat(wire.nextText()).contains("\"phx_reply\"", "\"ok\"");
        assertThat(withoutRefs(wire.nextText())).isEqualTo("""
                [null,null,"%s","presence_diff",{"joins":{},"leaves":{"a":{"metas":[{"phx_ref":"…","at":1}]}}}]"""
                .formatted(topic));
        wire.receivesNothing();
    }

    @Test
    void frames_of_version_1_are_as_upstream_writes_them() {
        var wire = alice.wire("1.0.0");
        wire.send("1", "1", topic, "phx_join", request(alice, "a", true));

        assertThat(wire.nextText()).contains("\"phx_reply\"", "\"ok\"");
        assertThat(wire.nextText())
                .isEqualTo("{\"topic\":\"%s\",\"event\":\"presence_state\",\"payload\":{},\"ref\":null}".formatted(topic));
        wire.send("1", "2", topic, "presence", track(new JsonObject().put("at", 1)));
        assertThat(wire.nextText()).contains("\"phx_reply\"", "\"ok\"");
        assertThat(withoutRefs(wire.nextText())).isEqualTo("""
                {"topic":"%s","event":"presence_diff","payload":{"joins":{"a":{"metas":[{"phx_ref":"…","at":1}]}},\
                "leaves":{}},"ref":null}""".formatted(topic));
    }

    @Test
    void who_comes_later_gets_the_whole() {
        var alices = in(topic, alice, "a");
        alices.asks(topic, "presence", track(new JsonObject().put("name", "Alice")));
        assertThat(joins(alices).fieldNames()).containsExactly("a");

        var bobs = bob.wire("2.0.0");
        bobs.send("1", "1", topic, "phx_join", request(bob, "b", true));

        var state = bobs.receives(frame -> frame.event().equals("presence_state")).payload();
        assertThat(state.getJsonObject("a").getJsonArray("metas").getJsonObject(0).getString("name")).isEqualTo("Alice");
        assertThat(state.size()).isEqualTo(1);
    }

    @Test
    void who_tracks_again_is_seen_with_the_new_and_the_ref_of_the_old() {
        var alices = in(topic, alice, "a");
        alices.asks(topic, "presence", track(new JsonObject().put("n", 1)));
        var first = joins(alices).getJsonObject("a").getJsonArray("metas").getJsonObject(0);

        alices.asks(topic, "presence", track(new JsonObject().put("n", 2).put("phx_ref", "mine").put("phx_ref_prev", "too")));

        var diff = diff(alices);
        var second = metas(diff.getJsonObject("joins"), "a").getJsonObject(0);
        assertThat(second.getInteger("n")).isEqualTo(2);
        assertThat(second.getString("phx_ref")).isNotEqualTo(first.getString("phx_ref")).isNotEqualTo("mine");
        assertThat(second.getString("phx_ref_prev")).isEqualTo(first.getString("phx_ref"));
        assertThat(metas(diff.getJsonObject("leaves"), "a")).isEqualTo(new JsonArray().add(first));
    }

    @Test
    void several_tabs_are_seen_under_one_key_and_leave_one_by_one() {
        var one = in(topic, alice, "a");
        var two = in(topic, alice, "a");
        var bobs = in(topic, bob, "b");
        one.asks(topic, "presence", track(new JsonObject().put("tab", 1)));
        two.asks(topic, "presence", track(new JsonObject().put("tab", 2)));
        var seen = new HashSet<Integer>();
        while (seen.size() < 2) {
            metas(joins(bobs), "a").forEach(meta -> seen.add(((JsonObject) meta).getInteger("tab")));
        }

        one.cut();

        assertThat(metas(diff(bobs).getJsonObject("leaves"), "a").getJsonObject(0).getInteger("tab")).isEqualTo(1);
        two.send("1", "9", topic, "phx_leave", new JsonObject());
        assertThat(metas(diff(bobs).getJsonObject("leaves"), "a").getJsonObject(0).getInteger("tab")).isEqualTo(2);
    }

    @Test
    void without_a_key_each_connection_has_one_of_its_own() {
        var alices = in(topic, alice, "");
        alices.asks(topic, "presence", track(new JsonObject()));
        assertThat(UUID.fromString(joins(alices).fieldNames().iterator().next())).isNotNull();
    }

    @Test
    void who_did_not_ask_for_presence_sees_nobody_until_they_track() {
        var alices = in(topic, alice, "a");
        var bobs = bob.wire("2.0.0");
        assertThat(bobs.join(topic, request(bob, "b", false)).status()).isEqualTo("ok");
        alices.asks(topic, "presence", track(new JsonObject()));
        assertThat(joins(alices).fieldNames()).containsExactly("a");
        bobs.receivesNothing();

        bobs.asks(topic, "presence", track(new JsonObject()));

        assertThat(joins(alices).fieldNames()).containsExactly("b");
        bobs.asks(topic, "presence", untrack());
        bobs.receives(
                frame -> frame.event().equals("presence_diff") && frame.payload().getJsonObject("leaves").containsKey("b"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "5", "\"text\"", "[]", "true" })
    void what_is_no_object_is_not_tracked(String said) {
        var alices = in(topic, alice, "a");

        var reply = alices.asks(topic, "presence",
                new JsonObject("{\"type\":\"presence\",\"event\":\"track\",\"payload\":" + said + "}"));

        assertThat(reply.reason()).isEqualTo("InvalidPresence: what is tracked must be an object");
        alices.receivesNothing();
    }

    @Test
    void what_is_too_large_is_not_tracked_and_the_channel_stays() {
        var alices = in(topic, alice, "a");

        assertThat(alices.asks(topic, "presence", track(new JsonObject().put("x", "é".repeat(1_536)))).reason())
                .isEqualTo("Track message size exceeded");
        assertThat(alices.asks(topic, "presence", track(new JsonObject().put("x", "é".repeat(1_500)))).status())
                .isEqualTo("ok");
        assertThat(person().wire("2.0.0").join(topic, request(alice, "é".repeat(128), true)).reason())
                .startsWith("InvalidJoinPayload: ");
    }

    @Test
    void the_public_and_the_private_topic_of_a_name_are_two() {
        var alices = in(topic, alice, "a");
        var privately = bob.wire("2.0.0");
        var request = request(bob, "b", true);
        request.getJsonObject("config").put("private", true);
        assertThat(privately.join(topic, request).status()).isEqualTo("ok");
        privately.receives(frame -> frame.event().equals("presence_state"));

        alices.asks(topic, "presence", track(new JsonObject()));

        assertThat(joins(alices).fieldNames()).containsExactly("a");
        privately.receivesNothing();
    }

    @Test
    void who_is_out_of_a_conversation_is_not_seen_there_and_sees_nobody() {
        var chat = alice.opensWith(bob);
        var here = "realtime:conversation:" + chat;
        var alices = in(here, alice, "a");
        var bobs = in(here, bob, "b");
        bobs.asks(here, "presence", track(new JsonObject()));
        assertThat(joins(alices).fieldNames()).containsExactly("b");

        bob.leaves(chat);

        assertThat(diff(alices).getJsonObject("leaves").fieldNames()).containsExactly("b");
        bobs.receives(frame -> frame.event().equals("phx_close"));
        alices.asks(here, "presence", track(new JsonObject()));
        assertThat(joins(alices).fieldNames()).containsExactly("a");
        bobs.receivesNothing();
    }

    @Test
    void a_thousand_are_seen_in_one_topic_in_few_frames() {
        var watcher = in(topic, alice, "watcher");
        var wires = IntStream.range(0, MANY).mapToObj(i -> {
            var somebody = person();
            var wire = somebody.wire("2.0.0");
            assertThat(wire.join(topic, request(somebody, "k" + i, false)).status()).isEqualTo("ok");
            return wire;
        }).toList();
        wires.forEach(wire -> wire.send("1", "2", topic, "presence", track(new JsonObject().put("name", "Somebody"))));

        var seen = new HashSet<String>();
        var frames = new ArrayList<Received>();
        while (seen.size() < MANY) {
            frames.add(watcher.receives(frame -> frame.event().equals("presence_diff")));
            seen.addAll(frames.get(frames.size() - 1).payload().getJsonObject("joins").fieldNames());
        }

        var late = bob.wire("2.0.0");
        late.send("1", "1", topic, "phx_join", request(bob, "late", true));
        assertThat(late.receives(frame -> frame.event().equals("presence_state")).payload().fieldNames())
                .containsAll(seen);
        assertThat(frames).hasSizeLessThan(MANY / 2);
    }

    private static Wire in(String topic, Person person, String key) {
        var wire = person.wire("2.0.0");
        assertThat(wire.join(topic, request(person, key, true)).status()).isEqualTo("ok");
        wire.receives(frame -> frame.event().equals("presence_state"));
        return wire;
    }

    private static JsonObject request(Person person, String key, boolean isEnabled) {
        return new JsonObject().put("access_token", person.token).put("config",
                new JsonObject().put("presence", new JsonObject().put("key", key).put("enabled", isEnabled)));
    }

    private static JsonObject track(JsonObject said) {
        return new JsonObject().put("type", "presence").put("event", "track").put("payload", said);
    }

    private static JsonObject untrack() {
        return new JsonObject().put("type", "presence").put("event", "untrack");
    }

    private static JsonObject diff(Wire wire) {
        return wire.receives(frame -> frame.event().equals("presence_diff")).payload();
    }

    private static JsonObject joins(Wire wire) {
        return diff(wire).getJsonObject("joins");
    }

    private static JsonArray metas(JsonObject presences, String key) {
        return presences.getJsonObject(key, new JsonObject()).getJsonArray("metas", new JsonArray());
    }

    private static String withoutRefs(String frame) {
        return frame.replaceAll("\"phx_ref\":\"[0-9a-f]+\"", "\"phx_ref\":\"…\"");
    }
}

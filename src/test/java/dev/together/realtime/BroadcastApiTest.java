package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.together.testing.Answer;
import dev.together.testing.Person;
import dev.together.testing.TestTokens;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

@QuarkusTest
class BroadcastApiTest extends WithPeople {

    private static final String PATH = "/realtime/v1/api/broadcast";
    private static final JsonObject THINKING = new JsonObject().put("status", "thinking");

    @Test
    void the_service_key_tells_users_something_in_a_batch() {
        var alice = person();
        var bob = person();
        var alicesWire = alice.online();
        var bobsWire = bob.online();

        var answer = batch(TestTokens.service(), item(alice).put("id", "my-own-id"), item(bob).put("private", true));

        assertThat(answer.status()).isEqualTo(202);
        var heard = alicesWire.hears("assistant-thinking");
        assertThat(heard.content()).isEqualTo(THINKING);
        assertThat(heard.id()).isEqualTo("my-own-id");
        assertThat(UUID.fromString(bobsWire.hears("assistant-thinking").id())).isNotNull();
        alicesWire.hearsNothing();
        bobsWire.hearsNothing();
    }

    @Test
    void the_service_key_tells_one_user_something_by_an_encoded_topic() {
        var alice = person();
        var wire = alice.online();

        var answer = single(TestTokens.service(), "user-realtime%3A" + alice.id,
                "assistant-thinking?apikey=x&vsn=2.0.0&private=true", "application/json", THINKING.encode());

        assertThat(answer.status()).isEqualTo(202);
        assertThat(wire.hears("assistant-thinking").content()).isEqualTo(THINKING);
    }

    @Test
    void an_opaque_service_key_is_as_good() {
        var alice = person();
        var wire = alice.online();
        var request = request(PATH, "application/json", batchOf(item(alice))).header("apikey", "sb_secret_test_0123456789");

        assertThat(Person.send(request).status()).isEqualTo(202);

        wire.hears("assistant-thinking");
    }

    @Test
    void nobody_else_reaches_a_users_channel() {
        var alice = person();
        var wire = alice.online();

        var anon = TestTokens.anon();

        for (var token : new String[] { anon, alice.token, person().token }) {
            assertThat(batch(token, item(alice)).status()).isEqualTo(token.equals(anon) ? 403 : 202);
            var answer = single(token, "user-realtime%3A" + alice.id, "message-insert", "application/json", "{}");
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).isEqualTo(new JsonObject().put("message", "Unauthorized"));
        }

        wire.hearsNothing();
    }

    @Test
    void a_signed_in_user_speaks_on_an_open_topic_before_joining_it() {
        var name = "room-" + UUID.randomUUID();
        var alice = person();
        var wire = alice.wire("2.0.0");
        wire.joins("realtime:" + name, alice.token);
        var message = new JsonObject().put("topic", name).put("event", "chat").put("payload", new JsonObject().put("t", 1));

        assertThat(batch(alice.token, message).status()).isEqualTo(202);

        assertThat(wire.nextText()).isEqualTo(
                "[null,null,\"realtime:%s\",\"broadcast\",{\"type\":\"broadcast\",\"event\":\"chat\",\"payload\":{\"t\":1}}]"
                        .formatted(name));
        assertThat(single(alice.token, name, "bytes", "application/octet-stream", "raw").status()).isEqualTo(202);
        assertThat(new String(wire.nextBinary(), StandardCharsets.UTF_8)).endsWith(name + "bytesraw");
    }

    @Test
    void raw_bytes_may_be_none() {
        var name = "room-" + UUID.randomUUID();
        var alice = person();
        var wire = alice.wire("2.0.0");
        wire.joins("realtime:" + name, alice.token);

        assertThat(single(alice.token, name, "bytes", "application/octet-stream", "").status()).isEqualTo(202);

        assertThat(new String(wire.nextBinary(), StandardCharsets.UTF_8)).endsWith(name + "bytes");
        wire.receivesNothing();
    }

    @Test
    void a_topic_is_at_most_as_long_as_one_can_be_joined() {
        var alice = person();
        var longest = ("room-" + UUID.randomUUID() + "x".repeat(255)).substring(0, 255 - "realtime:".length());
        var wire = alice.wire("2.0.0");
        wire.joins("realtime:" + longest, alice.token);

        for (var type : new String[] { "application/json", "application/octet-stream" }) {
            assertThat(errors(single(alice.token, longest + "x", "chat", type, "{}")).encode()).contains("246 bytes");
            assertThat(single(alice.token, longest, "chat", type, "{}").status()).isEqualTo(202);
        }
        var message = new JsonObject().put("topic", longest + "x").put("event", "chat").put("payload", new JsonObject());
        assertThat(errors(batch(alice.token, message)).encode()).contains("246 bytes");

        wire.hears("chat");
        assertThat(new String(wire.nextBinary(), 5, 255, StandardCharsets.UTF_8)).isEqualTo("realtime:" + longest);
        wire.hearsNothing();
    }

    @Test
    void the_private_topic_of_a_name_is_another() {
        var name = "room-" + UUID.randomUUID();
        var alice = person();
        var wire = alice.wire("2.0.0");
        wire.joins("realtime:" + name, alice.token);

        assertThat(single(alice.token, name, "chat?private=true", "application/json", "{}").status()).isEqualTo(202);

        wire.hearsNothing();
    }

    @Test
    void a_user_may_not_flood_an_open_topic() {
        var name = "room-" + UUID.randomUUID();
        var alice = person();
        var wire = alice.wire("2.0.0");
        wire.joins("realtime:" + name, alice.token);
        var message = new JsonObject().put("topic", name).put("event", "chat").put("payload", 1);

        var answer = batch(person().token, Collections.nCopies(101, message).toArray(JsonObject[]::new));

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.body().getString("message"))
                .isEqualTo("Too many messages to broadcast, please reduce the batch size");
        wire.hearsNothing();
        var nonsense = post(person().token, "{\"messages\":[" + "0,".repeat(90_000) + "0]}");
        assertThat(nonsense.status()).isEqualTo(429);
        assertThat(nonsense.body().getString("message")).contains("batch size");
        var flooding = person();
        var most = Collections.nCopies(100, message).toArray(JsonObject[]::new);
        var refused = Stream.generate(() -> batch(flooding.token, most)).limit(50).parallel()
                .filter(each -> each.status() != 202).findFirst().orElseThrow();
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    }

    @Test
    void what_is_missing_or_too_long_is_named() {
        var service = TestTokens.service();
        var alice = person();
        var wire = alice.online();
        var whole = item(alice);

        assertThat(errors(post(service, "{}")).getJsonArray("messages")).isEqualTo(new JsonArray().add("can't be blank"));
        for (var field : new String[] { "topic", "event", "payload" }) {
            var message = whole.copy();
            message.remove(field);
            var errors = errors(batch(service, whole, message)).getJsonArray("messages");
            assertThat(errors.getJsonObject(0)).isEmpty();
            assertThat(errors.getJsonObject(1).getJsonArray(field)).containsExactly("can't be blank");
        }
        assertThat(errors(batch(service, whole.copy().put("topic", "x".repeat(256)))).encode()).contains("246 bytes");
        assertThat(errors(batch(service, whole.copy().put("event", "x".repeat(256)))).encode()).contains("255 bytes");
        assertThat(errors(batch(service, whole.copy().put("id", "x".repeat(256)))).encode()).contains("255 bytes");
        assertThat(errors(single(service, "user-realtime%3A" + alice.id, "x".repeat(256), "application/json", "{}")).encode())
                .contains("255 bytes");
        wire.hearsNothing();
    }

    @Test
    void other_content_types_and_callers_without_a_token_are_refused() {
        assertThat(single(TestTokens.service(), "room-x", "chat", "text/plain", "hi").status()).isEqualTo(415);
        for (var request : List.of(request(PATH, "application/json", batchOf()),
                request(PATH, "application/json", batchOf()).header("Authorization", "Bearer nonsense"))) {
            var refused = Person.send(request);

            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.body().fieldNames()).containsExactly("message");
        }
    }

    private Answer batch(String token, JsonObject... messages) {
        return post(token, batchOf(messages));
    }

    private Answer post(String token, String body) {
        return Person.send(request(PATH, "application/json", body).header("Authorization", "Bearer " + token));
    }

    private Answer single(String token, String topic, String event, String contentType, String body) {
        return Person.send(request(PATH + "/" + topic + "/events/" + event, contentType, body)
                .header("Authorization", "Bearer " + token));
    }

    private HttpRequest.Builder request(String path, String contentType, String body) {
        return HttpRequest.newBuilder(server.resolve(path)).header("Content-Type", contentType)
                .POST(BodyPublishers.ofString(body));
    }

    private static JsonObject errors(Answer answer) {
        assertThat(answer.status()).isEqualTo(422);
        return answer.body().getJsonObject("errors");
    }

    private static String batchOf(JsonObject... messages) {
        var list = new JsonArray();
        for (var message : messages) {
            list.add(message);
        }
        return new JsonObject().put("messages", list).encode();
    }

    private static JsonObject item(Person person) {
        return new JsonObject().put("topic", "user-realtime:" + person.id).put("event", "assistant-thinking")
                .put("payload", THINKING);
    }
}

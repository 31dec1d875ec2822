package dev.together.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.together.testing.Described;
import dev.together.testing.Person;
import dev.together.testing.TestDatabase;
import dev.together.testing.TestTokens;
import dev.together.testing.Wire;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class AsyncApiTest {

    @TestHTTPResource
    URI server;

    @TestHTTPResource("/asyncapi.yaml")
    URI address;

    @TestHTTPResource("/q/openapi")
    URI functions;

    private Described events;

    @BeforeEach
    void read() {
        events = new Described(address);
    }

    @Test
    void the_events_of_a_conversation_are_as_described() {
        try (var alice = new Person(server); var bob = new Person(server)) {
            var alicesWire = alice.online();
            var bobsWire = bob.online();

            var chat = alice.opensWith(bob);
            assertThat(alice.says(chat, "Hello").isEmpty()).isFalse();
            assertThat(bob.calls("leave-conversation", new JsonObject().put("conversation_id", chat)).status()).isEqualTo(200);

            alicesWire.hears("conversation-update", 3).forEach(this::assertDescribed);
            assertDescribed(alicesWire.hears("message-insert"));
            assertDescribed(bobsWire.hears("conversation-update"));
            var left = bobsWire.hears("conversation-update");
            assertThat(left.content().getString("eventType")).isEqualTo("DELETE");
            assertDescribed(left);
        }
    }

    @Test
    void the_changes_of_messages_and_read_marks_are_as_described() {
        try (var alice = new Person(server)) {
            var chat = alice.opens();
            var wire = alice.online();
            var named = new JsonObject().put("chat_id", chat).put("message_id", alice.says(chat, "Hello").getString("id"));
            alice.calls("edit-message", named.copy().put("text", "Hello!")).succeeds();
            alice.calls("mark-read", new JsonObject().put("chat_id", chat).put("message_number", 1)).succeeds();
            alice.calls("delete-message", named).succeeds();

            var update = wire.hears("message-update");
            assertDescribed(update);
            assertThat(events.complaints("Message", update.content().getJsonObject("message").encode())).isEmpty();
            assertDescribed(wire.hears("read-mark"));
            assertDescribed(wire.hears("message-delete"));
        }
    }

    @Test
    void replayed_events_are_as_described() {
        try (var alice = new Person(server)) {
            assertThat(alice.says(alice.opens(), "Hello").isEmpty()).isFalse();
            var replay = new JsonObject().put("broadcast", new JsonObject().put("replay", new JsonObject().put("since", 0)));

            var wire = alice.wire("2.0.0");
            var reply = wire.join(alice.topic(), new JsonObject().put("access_token", alice.token).put("config", replay));

            assertThat(reply.status()).isEqualTo("ok");
            var told = wire.hears("message-insert");
            assertThat(told.isReplayed()).isTrue();
            assertDescribed(told);
        }
    }

    @Test
    void what_another_part_of_the_backend_publishes_is_as_described() throws Exception {
        try (var alice = new Person(server)) {
            var chat = alice.opens();
            var wire = alice.online();
            var thinking = new JsonObject().put("chat_id", chat).put("status", "thinking");
            var updated = new JsonObject().put("chat_id", chat).put("message", new JsonObject().put("text", "Hello!"));

            publish(alice, "assistant-thinking", thinking);
            publish(alice, "message-update", updated);

            assertDescribed(wire.hears("assistant-thinking"));
            assertDescribed(wire.hears("message-update"));
        }
    }

    @Test
    void rows_are_described_alike_for_functions_and_events() {
        var replies = new Described(functions);

        for (var schema : new String[] { "Message", "Conversation", "Participant" }) {
            var pointer = "/components/schemas/" + schema + "/properties";
            assertThat(events.at(pointer)).isEqualTo(replies.at(pointer));
        }
    }

    private void assertDescribed(Wire.Received told) {
        var message = events.at("/channels/user/messages/" + told.name());
        assertThat(message.has("payload")).as(told.name()).isTrue();
        assertThat(events.complaints(message.get("payload"), told.payload().encode())).isEmpty();
    }

    private void publish(Person person, String event, JsonObject payload) throws Exception {
        var topic = person.topic().substring("realtime:".length());
        var request = HttpRequest.newBuilder(server.resolve("/realtime/v1/api/broadcast/" + topic + "/events/" + event))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + TestTokens.service())
                .POST(BodyPublishers.ofString(payload.encode())).build();
        assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(202);
    }
}

package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Locale;
import java.util.UUID;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.testing.Answer;
import dev.together.testing.Person;
import dev.together.testing.TestTokens;
import dev.together.testing.Wire;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What is live between the participants of a conversation: typing, and who is here. */
@QuarkusTest
@SuppressWarnings("NullAway.Init") // set before each
class ConversationTopicTest extends WithPeople {

    private static final String REFUSED = "Unauthorized: You do not have permissions to read from this Channel topic: ";

    private Person alice;
    private Person bob;
    private Person eve;

    @BeforeEach
    void meet() {
        alice = person();
        bob = person();
        eve = person();
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void participants_hear_what_one_of_them_broadcasts(boolean isPrivate) {
        var topic = topic(alice.opensWith(bob));
        var alices = joined(alice, "1.0.0", topic, isPrivate);
        var bobs = joined(bob, "2.0.0", topic, isPrivate);
        var otherFlavour = joined(bob, "2.0.0", topic, !isPrivate);

        bobs.send("1", "2", topic, "broadcast", typing());

        assertThat(alices.nextText()).isEqualTo("""
                {"topic":"%s","event":"broadcast","payload":{"type":"broadcast","event":"typing","payload":{}},\
                "ref":null}""".formatted(topic));
        bobs.receivesNothing();
        otherFlavour.receivesNothing();
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void a_stranger_is_refused_on_either_flavour(boolean isPrivate) {
        var chat = alice.opensWith(bob);

        var reply = join(eve.wire("2.0.0"), topic(chat), eve.token, isPrivate);

        assertThat(reply.reason()).isEqualTo(REFUSED + "conversation:" + chat);
    }

    @Test
    void who_has_not_signed_in_is_refused() {
        var topic = topic(alice.opens());

        assertThat(join(eve.wire("2.0.0"), topic, TestTokens.anon(), false).reason()).startsWith("Unauthorized: ");
    }

    @Test
    void a_conversation_that_is_none_has_no_topic() {
        var chat = alice.opens();
        for (var name : new String[] { "", "lobby", UUID.randomUUID().toString(), chat.toUpperCase(Locale.ROOT), chat + "x" }) {
            assertThat(join(alice.wire("2.0.0"), topic(name), alice.token, false).reason())
                    .as(name).isEqualTo(REFUSED + "conversation:" + name);
        }
    }

    @Test
    void an_owner_alone_may_join() {
        assertThat(join(alice.wire("2.0.0"), topic(alice.opens()), alice.token, true).status()).isEqualTo("ok");
    }

    @Test
    void it_ends_when_its_user_leaves_the_conversation_and_then_they_hear_nothing() {
        var chat = alice.opensWith(bob);
        var topic = topic(chat);
        var alices = joined(alice, "2.0.0", topic, true);
        var bobs = bob.wire("2.0.0");
        assertThat(join(bobs, topic, bob.token, true).status()).isEqualTo("ok");

        bob.leaves(chat);

        assertThat(bobs.nextText()).isEqualTo(
                """
                        ["1",null,"%s","system",{"extension":"system","status":"error","message":\
                        "You no longer have permission to read from this Channel topic: conversation:%s","channel":"conversation:%s"}]"""
                        .formatted(topic, chat, chat));
        assertThat(bobs.nextText()).isEqualTo("[\"1\",\"1\",\"%s\",\"phx_close\",{}]".formatted(topic));
        alices.send("1", "2", topic, "broadcast", typing());
        bobs.receivesNothing();
        assertThat(join(bobs, topic, bob.token, true).reason()).startsWith(REFUSED);
        assertThat(bobs.asks(topic, "broadcast", typing()).reason()).isEqualTo("unmatched topic");
    }

    @ParameterizedTest
    @ValueSource(strings = { "remove-participant", "delete-conversation" })
    void it_ends_when_its_user_is_removed_or_the_conversation_deleted(String function) {
        var chat = alice.opensWith(bob);
        var bobs = joined(bob, "2.0.0", topic(chat), false);

        var answer = alice.calls(function, Person.conversation(chat).put("user_id", bob.id.toString()));

        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        bobs.receives(frame -> frame.event().equals("phx_close"));
        assertThat(join(bobs, topic(chat), bob.token, false).reason()).startsWith(REFUSED);
    }

    @Test
    void only_the_conversation_that_was_left_ends() {
        var left = alice.opensWith(bob);
        var kept = topic(alice.opensWith(bob));
        var bobs = bob.wire("2.0.0");
        assertThat(join(bobs, topic(left), bob.token, true).status()).isEqualTo("ok");
        assertThat(join(bobs, kept, bob.token, true).status()).isEqualTo("ok");
        var alices = joined(alice, "2.0.0", kept, true);

        bob.leaves(left);
        bobs.receives(frame -> frame.event().equals("phx_close") && frame.topic().equals(topic(left)));
        alices.send("1", "2", kept, "broadcast", typing());

        bobs.hears("typing");
    }

    @Test
    void who_came_back_joins_again() {
        var chat = alice.opensWith(bob);
        var bobs = joined(bob, "2.0.0", topic(chat), true);
        bob.leaves(chat);
        bobs.receives(frame -> frame.event().equals("phx_close"));

        bob.joins(chat);

        var alices = joined(alice, "2.0.0", topic(chat), true);
        assertThat(join(bobs, topic(chat), bob.token, true).status()).isEqualTo("ok");
        alices.send("1", "2", topic(chat), "broadcast", typing());
        bobs.hears("typing");
    }

    @Test
    void a_new_token_of_the_same_user_is_taken_and_one_of_another_ends_it() {
        var topic = topic(alice.opensWith(bob));
        var alices = joined(alice, "2.0.0", topic, false);
        var bobs = joined(bob, "2.0.0", topic, false);

        bobs.send("1", "2", topic, "access_token", new JsonObject().put("access_token", bob.token));
        bobs.asks(topic, "presence", new JsonObject().put("type", "presence").put("event", "untrack"));
        alices.send("1", "2", topic, "broadcast", typing());
        bobs.hears("typing");
        bobs.send("1", "4", topic, "access_token", new JsonObject().put("access_token", alice.token));

        bobs.receives(frame -> frame.event().equals("system") && frame.payload().getString("status").equals("error"));
        bobs.receives(frame -> frame.event().equals("phx_close"));
    }

    @Test
    void joining_it_takes_none_of_the_connections_that_a_user_may_have() {
        var topic = topic(alice.opens());
        for (int i = 0; i < 50; i++) {
            assertThat(joined(alice, "2.0.0", topic, true).isOpen()).isTrue();
        }

        assertThat(alice.online().isOpen()).isTrue();
    }

    @Test
    void a_participant_broadcasts_by_rest_and_a_stranger_does_not() {
        var chat = alice.opensWith(bob);
        var bobs = joined(bob, "2.0.0", topic(chat), false);

        assertThat(posts(eve.token, "/conversation:" + chat + "/events/typing", "{}").status()).isEqualTo(403);
        assertThat(posts(eve.token, "", all(chat)).status()).isEqualTo(202);
        bobs.receivesNothing();
        assertThat(posts(alice.token, "/conversation:" + chat + "/events/typing", "{}").status()).isEqualTo(202);
        bobs.hears("typing");
        assertThat(posts(alice.token, "", all(chat)).status()).isEqualTo(202);
        bobs.hears("typing");
        assertThat(posts(TestTokens.service(), "", all(chat)).status()).isEqualTo(202);
        bobs.hears("typing");
    }

    private Answer posts(String token, String path, String body) {
        return Person.send(HttpRequest.newBuilder(server.resolve("/realtime/v1/api/broadcast" + path.replace(":", "%3A")))
                .header("Content-Type", "application/json").header("Authorization", "Bearer " + token)
                .POST(BodyPublishers.ofString(body)));
    }

    private static String all(String chat) {
        return new JsonObject().put("messages", new JsonArray().add(new JsonObject().put("topic", "conversation:" + chat)
                .put("event", "typing").put("payload", new JsonObject()))).encode();
    }

    private static Wire joined(Person person, String vsn, String topic, boolean isPrivate) {
        var wire = person.wire(vsn);
        assertThat(join(wire, topic, person.token, isPrivate).status()).isEqualTo("ok");
        return wire;
    }

    private static Wire.Received join(Wire wire, String topic, String token, boolean isPrivate) {
        return wire.join(topic, new JsonObject().put("access_token", token)
                .put("config", new JsonObject().put("private", isPrivate)));
    }

    private static String topic(String chat) {
        return "realtime:conversation:" + chat;
    }

    private static JsonObject typing() {
        return new JsonObject().put("type", "broadcast").put("event", "typing").put("payload", new JsonObject());
    }
}

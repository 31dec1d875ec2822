package dev.together.ops;

import static dev.together.testing.TestProcess.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.together.testing.Answer;
import dev.together.testing.AtOnce;
import dev.together.testing.Needs;
import dev.together.testing.Person;
import dev.together.testing.Pods;
import dev.together.testing.Program;
import dev.together.testing.TestTokens;
import dev.together.testing.TogetherProcess;
import dev.together.testing.Wire;
import io.vertx.core.json.JsonObject;

/** Two processes, one conversation: Alice is on one, Bob on the other, Eve is a stranger. */
@SuppressWarnings("NullAway.Init") // set before all
@Needs(Program.NATS_SERVER)
class TwoProcessesIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int AS_ONE_WHO_RETURNS = 20;
    private static final int REPETITIONS = 50;
    private static final int CALLERS = 8;

    private static Pods pods;
    private static TogetherProcess one;
    private static TogetherProcess two;

    private final Person alice = new Person(one.url());
    private final Person bob = new Person(two.url());
    private final Person eve = new Person(two.url());

    @BeforeAll
    static void start() {
        pods = new Pods();
        var generously = Map.of("TOGETHER_LIMITS_SENDS_PER_SECOND", "1000",
                "TOGETHER_REALTIME_OPEN_TOPICS", "room-*");
        one = pods.start(generously);
        two = pods.start(generously);
    }

    @AfterAll
    static void end() {
        pods.close();
    }

    @AfterEach
    void leave() {
        alice.close();
        bob.close();
        eve.close();
    }

    @Test
    void everyone_hears_every_message_in_order_and_a_stranger_nothing() {
        var chat = alice.opensWith(bob);
        var wires = List.of(alice.online(), bob.online());
        var evesWire = eve.online();

        IntStream.range(0, 50).forEach(i -> (i % 2 == 0 ? alice : bob).says(chat, "Message " + i));

        wires.forEach(wire -> assertThat(numbers(wire, 50)).isEqualTo(upTo(50)));
        wires.forEach(Wire::hearsNothing);
        evesWire.hearsNothing();
    }

    @Test
    void a_join_on_the_other_process_is_heard_at_once() {
        var chat = alice.opens();
        alice.shares(chat);
        var alicesWire = alice.online();
        var bobsWire = bob.online();

        bob.joins(chat);

        assertThat(alicesWire.hearsOfParticipants(2)).isNotNull();
        assertThat(bobsWire.hearsUpdate("INSERT")).isNotNull();
    }

    @Test
    void a_broadcast_of_no_bytes_is_heard_on_the_other_process_as_that() {
        var topic = "room-" + UUID.randomUUID();
        var bobsWire = bob.wire("2.0.0");
        bobsWire.joins("realtime:" + topic, bob.token);

        var answer = Person.send(HttpRequest
                .newBuilder(one.url().resolve("/realtime/v1/api/broadcast/" + topic + "/events/%7B%7D"))
                .header("Content-Type", "application/octet-stream").header("Authorization", "Bearer " + alice.token)
                .POST(BodyPublishers.noBody()));

        assertThat(answer.status()).isEqualTo(202);
        assertThat(new String(bobsWire.nextBinary(), StandardCharsets.UTF_8)).endsWith("realtime:" + topic + "{}");
        bobsWire.receivesNothing();
    }

    @Test
    void the_same_message_sent_through_both_at_one_instant_is_stored_once_and_heard_once() {
        var chat = alice.opensWith(bob);
        var wires = List.of(alice.online(), bob.online());

        for (int repetition = 1; repetition <= REPETITIONS; repetition++) {
            var message = Person.message(chat, "Message").put("client_msg_id", "same-" + repetition).encode();
            var answers = AtOnce.call(CALLERS,
                    caller -> Person.call((caller % 2 == 0 ? one : two).url(), "chat-send", alice.token, message));

            assertThat(answers).hasSize(CALLERS).allSatisfy(Answer::succeeds);
            assertThat(answers.stream().map(answer -> answer.body().getJsonObject("saved")).distinct()).hasSize(1)
                    .allSatisfy(saved -> assertThat(saved.getString("client_msg_id")).isNotEmpty());
        }

        var stored = alice.calls("chat-history", new JsonObject().put("chat_id", chat).put("limit", 200)).succeeds();
        assertThat(stored.getJsonArray("messages")).hasSize(REPETITIONS);
        wires.forEach(wire -> assertThat(numbers(wire, REPETITIONS)).isEqualTo(upTo(REPETITIONS)));
        wires.forEach(Wire::hearsNothing);
    }

    @Test
    void who_loses_their_process_hears_on_another_what_they_missed() {
        var doomed = pods.start();
        var chat = alice.opensWith(bob);
        var before = Wire.open(doomed.url(), TestTokens.anon(), "2.0.0");
        before.joins(bob.topic(), bob.token);
        alice.says(chat, "1");
        assertThat(numbers(before, 1)).isEqualTo(upTo(1));

        doomed.kill();
        alice.says(chat, "2");
        alice.says(chat, "3");
        var after = bob.wire("2.0.0").continuingFrom(AS_ONE_WHO_RETURNS);
        after.joins(bob.topic(), bob.token);
        alice.says(chat, "4");

        assertThat(numbers(after, 4)).isEqualTo(upTo(4));
    }

    @Test
    void what_a_killed_process_acknowledged_is_heard() {
        var doomed = pods.start();
        var chat = alice.opensWith(bob);
        var bobsWire = bob.online();
        var acknowledged = new ArrayList<Integer>();

        for (int i = 0; i < 30; i++) {
            var answer = Person.call(doomed.url(), "chat-send", alice.token, Person.message(chat, "Message").encode());
            acknowledged.add(number(answer.succeeds().getJsonObject("saved")));
        }
        doomed.kill();

        assertThat(numbers(bobsWire, 30)).isEqualTo(acknowledged);
    }

    @Test
    void nobody_misses_anything_when_nats_is_killed_and_started_again() {
        var chat = alice.opensWith(bob);
        var wires = List.of(alice.online(), bob.online());
        say(chat, 5);

        pods.nats.kill();
        waitUntil(PATIENCE, () -> !one.isConnected() && !two.isConnected());
        assertThat(one.isReady()).isTrue();
        say(chat, 5);
        pods.nats.startAgain();
        waitUntil(PATIENCE, () -> one.isConnected() && two.isConnected());
        say(chat, 5);

        wires.forEach(wire -> assertThat(numbers(wire, 15)).isEqualTo(upTo(15)));
        wires.forEach(Wire::hearsNothing);
    }

    @Test
    void nobody_misses_anything_when_nats_stands_still_for_a_while() {
        var chat = alice.opensWith(bob);
        var wires = List.of(alice.online(), bob.online());
        say(chat, 5);

        pods.nats.pause();
        say(chat, 5);
        waitUntil(PATIENCE, () -> !one.isConnected() && !two.isConnected());
        say(chat, 5);
        pods.nats.resume();
        waitUntil(PATIENCE, () -> one.isConnected() && two.isConnected());
        say(chat, 5);

        wires.forEach(wire -> assertThat(numbers(wire, 20)).isEqualTo(upTo(20)));
        wires.forEach(Wire::hearsNothing);
    }

    @Test
    void a_join_while_nats_is_away_is_refused_and_good_when_it_is_back() {
        pods.nats.kill();
        waitUntil(PATIENCE, () -> !two.isConnected());
        var wire = bob.wire("2.0.0");
        var join = new JsonObject().put("config", new JsonObject()).put("access_token", bob.token);

        var refused = wire.join(bob.topic(), join);

        assertThat(refused.status()).isEqualTo("error");
        pods.nats.startAgain();
        waitUntil(PATIENCE, () -> one.isConnected() && two.isConnected());
        assertThat(wire.join(bob.topic(), join).status()).isEqualTo("ok");
        var chat = alice.opensWith(bob);
        alice.says(chat, "1");
        assertThat(numbers(wire, 1)).isEqualTo(upTo(1));
    }

    @Test
    void a_process_that_does_not_know_of_nats_is_not_ready_where_there_are_two() {
        var lonely = pods.startUnready(Map.of("TOGETHER_NATS_URL", ""));

        waitUntil(PATIENCE, () -> lonely.health("ready") == 503);

        assertThat(lonely.health("live")).isEqualTo(200);
        lonely.kill();
    }

    @Test
    void a_process_answers_404_to_what_it_does_not_serve() {
        // As in deploy/: neither needs Hibernate.
        var sender = pods.start(Map.of("TOGETHER_SERVES", "chat-send", "QUARKUS_HIBERNATE_ORM_ACTIVE", "false"));
        var gateway = pods.start(Map.of("TOGETHER_SERVES", "realtime", "QUARKUS_HIBERNATE_ORM_ACTIVE", "false"));
        var chat = alice.opensWith(bob);
        var message = Person.message(chat, "Hello").encode();
        var bobsWire = Wire.open(gateway.url(), TestTokens.anon(), "2.0.0");
        bobsWire.joins(bob.topic(), bob.token);

        var sent = Person.call(sender.url(), "chat-send", alice.token, message);

        assertThat(sent.status()).isEqualTo(200);
        assertThat(numbers(bobsWire, 1)).isEqualTo(upTo(1));
        assertThat(Person.call(sender.url(), "chat-history", alice.token, message).status()).isEqualTo(404);
        assertThat(Person.call(gateway.url(), "chat-send", alice.token, message).status()).isEqualTo(404);
        assertThat(Wire.refusal(sender.url(), TestTokens.anon())).isEqualTo(404);
        sender.kill();
        gateway.kill();
    }

    private void say(String chat, int count) {
        IntStream.range(0, count).forEach(i -> (i % 2 == 0 ? alice : bob).says(chat, "Message"));
    }

    private static List<Integer> numbers(Wire wire, int count) {
        return wire.hears("message-insert", count).stream()
                .map(heard -> number(heard.content().getJsonObject("message"))).toList();
    }

    private static int number(JsonObject message) {
        return message.getInteger("message_number");
    }

    private static List<Integer> upTo(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }
}

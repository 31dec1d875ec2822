package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import jakarta.inject.Inject;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.together.testing.Person;
import dev.together.testing.Sql;
import dev.together.testing.TestDatabase;
import dev.together.testing.Wire;
import dev.together.testing.Wire.Received;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class ResumeTest {

    private static final int DEFAULT_CAP = 1_000;

    @TestHTTPResource
    URI server;

    @Inject
    @DataSource("schema")
    AgroalDataSource database;

    @ParameterizedTest
    @CsvSource({ "1.0.0,0", "2.0.0,5" })
    void a_client_that_was_cut_gets_what_it_missed(String vsn, int firstRef) {
        try (var alice = new Person(server); var bob = new Person(server)) {
            var chat = alice.opensWith(bob);
            var before = bob.wire(vsn).continuingFrom(firstRef);
            before.joins(bob.topic(), bob.token);
            var heard = alice.says(chat, "Heard").getString("id");
            assertThat(before.hears("message-insert").id()).isEqualTo(heard);

            before.cut();
            var missed = alice.says(chat, "Missed").getString("id");
            var after = bob.wire(vsn).continuingFrom(firstRef + 3);
            after.joins(bob.topic(), bob.token);
            var live = alice.says(chat, "Live").getString("id");

            var resumed = after.hears("message-insert", 3);
            assertThat(resumed).extracting(Received::id).containsExactly(heard, missed, live);
            assertThat(resumed).extracting(Received::isReplayed).containsExactly(true, true, false);
            after.hearsNothing();
        }
    }

    /** As the Kotlin client does, and any that keeps nothing of its last socket; whatever its refs are. */
    @ParameterizedTest
    @CsvSource({ "1.0.0,0,1", "2.0.0,0,1", "1.0.0,1,1", "2.0.0,1,1", "2.0.0,6,6", "2.0.0,,1", "2.0.0,,6" })
    void a_client_that_counts_anew_on_each_socket_gets_what_it_missed(String vsn, @Nullable String joinRef, String ref) {
        try (var alice = new Person(server); var bob = new Person(server)) {
            var chat = alice.opensWith(bob);
            var before = joinsAnew(bob, vsn, joinRef, ref);
            var heard = alice.says(chat, "Heard").getString("id");
            assertThat(before.hears("message-insert").id()).isEqualTo(heard);

            before.cut();
            var missed = alice.says(chat, "Missed").getString("id");
            var after = joinsAnew(bob, vsn, joinRef, ref);
            var live = alice.says(chat, "Live").getString("id");

            var resumed = after.hears("message-insert", 3);
            assertThat(resumed).extracting(Received::id).containsExactly(heard, missed, live);
            assertThat(resumed).extracting(Received::isReplayed).containsExactly(true, true, false);
            after.hearsNothing();
        }
    }

    @Test
    void a_second_device_of_one_who_is_here_gets_the_last_minutes_again_and_marked() {
        try (var alice = new Person(server); var bob = new Person(server)) {
            var chat = alice.opensWith(bob);
            var phone = bob.online();
            var said = alice.says(chat, "Before").getString("id");
            assertThat(phone.hears("message-insert").id()).isEqualTo(said);

            var laptop = bob.online();

            var again = laptop.hears("message-insert");
            assertThat(again.id()).isEqualTo(said);
            assertThat(again.isReplayed()).isTrue();
            laptop.hearsNothing();
            phone.hearsNothing();
        }
    }

    @Test
    void who_was_here_long_ago_is_as_new() throws SQLException {
        try (var alice = new Person(server); var bob = new Person(server)) {
            var chat = alice.opensWith(bob);
            bob.online().cut();
            alice.says(chat, "Meanwhile");
            Sql.execute(database, "update last_seen set seen_at = seen_at - interval '1 hour' where user_id = ?", bob.id);

            var wire = bob.online();

            wire.hearsNothing();
        }
    }

    @ParameterizedTest
    @CsvSource({ "1.0.0,0", "2.0.0,5" })
    void a_first_join_gets_nothing_again(String vsn, int firstRef) {
        try (var alice = new Person(server); var bob = new Person(server)) {
            var chat = alice.opensWith(bob);
            alice.says(chat, "Before");
            var wire = bob.wire(vsn).continuingFrom(firstRef);

            wire.joins(bob.topic(), bob.token);

            wire.hearsNothing();
        }
    }

    @Test
    void a_replay_has_every_kind_of_event_in_order() {
        try (var alice = new Person(server); var bob = new Person(server)) {
            var since = Instant.now();
            var chat = alice.opensWith(bob);
            alice.says(chat, "One");
            alice.says(chat, "Two");

            var wire = asks(bob, new JsonObject().put("since", since.toEpochMilli()));

            assertThat(wire.hears("conversation-update").content().getString("eventType")).isEqualTo("INSERT");
            assertThat(texts(wire.hears("message-insert", 2))).containsExactly("One", "Two");
        }
    }

    @Test
    void a_limit_keeps_the_newest() {
        try (var alice = new Person(server)) {
            var since = Instant.now();
            var chat = alice.opensWith();
            IntStream.rangeClosed(1, 5).forEach(number -> alice.says(chat, "Number " + number));

            var wire = asks(alice, new JsonObject().put("since", since.toEpochMilli()).put("limit", 2));

            var heard = wire.hears("message-insert", 2);
            assertThat(texts(heard)).containsExactly("Number 4", "Number 5");
            assertThat(heard).allMatch(Received::isReplayed);
            wire.hearsNothing();
        }
    }

    @Test
    void a_replay_that_the_cap_cuts_says_so() {
        try (var alice = new Person(server)) {
            var since = Instant.now();
            var chat = alice.opensWith();
            sendBatches(alice, chat, DEFAULT_CAP + 50);

            var wire = asks(alice, new JsonObject().put("since", since.toEpochMilli()));

            var notice = wire.receives(frame -> frame.event().equals("system")).payload();
            assertThat(notice.getString("message")).startsWith("Replay was cut to the newest 1000 events");
            assertThat(notice.getString("status")).isEqualTo("ok");
            var heard = wire.hears("message-insert", DEFAULT_CAP);
            assertThat(heard.get(0).content().getJsonObject("message").getInteger("message_number")).isEqualTo(51);
            wire.hearsNothing();
        }
    }

    @Test
    void nothing_falls_between_replay_and_live_and_nothing_comes_twice() {
        try (var alice = new Person(server); var bob = new Person(server)) {
            var since = Instant.now();
            var chat = alice.opensWith(bob);
            var sending = CompletableFuture.runAsync(
                    () -> IntStream.rangeClosed(1, 300).forEach(number -> alice.says(chat, "Number " + number)),
                    task -> new Thread(task).start());

            var wires = new ArrayList<Wire>();
            while (!sending.isDone() && wires.size() < 40) {
                wires.add(asks(bob, new JsonObject().put("since", since.toEpochMilli())));
            }
            sending.join();

            var stored = alice.says(chat, "Last").getInteger("message_number");
            assertThat(wires).isNotEmpty().allSatisfy(wire -> {
                var heard = wire.hears("message-insert", stored);
                assertThat(heard).extracting(message -> message.content().getJsonObject("message").getInteger("message_number"))
                        .containsExactlyElementsOf(IntStream.rangeClosed(1, stored).boxed().toList());
            });
        }
    }

    private static Wire joinsAnew(Person person, String vsn, @Nullable String joinRef, String ref) {
        var wire = person.wire(vsn);
        wire.send(joinRef, ref, person.topic(), "phx_join",
                new JsonObject().put("config", new JsonObject()).put("access_token", person.token));
        assertThat(wire.receives(frame -> frame.event().equals("phx_reply")).status()).isEqualTo("ok");
        return wire;
    }

    private Wire asks(Person person, JsonObject replay) {
        var wire = person.wire("2.0.0").continuingFrom(5);
        var config = new JsonObject().put("private", true).put("broadcast", new JsonObject().put("replay", replay));
        var reply = wire.join(person.topic(), new JsonObject().put("config", config).put("access_token", person.token));
        assertThat(reply.status()).isEqualTo("ok");
        return wire;
    }

    private static void sendBatches(Person person, String chat, int count) {
        for (int sent = 0; sent < count; sent += 50) {
            var batch = IntStream.range(0, 50).mapToObj(step -> new JsonObject().put("role", "user").put("text", "Text"))
                    .toList();
            var answer = person.calls("chat-send", new JsonObject().put("chat_id", chat).put("mode", "voice")
                    .put("messages", new io.vertx.core.json.JsonArray(batch)));
            assertThat(answer.status()).isEqualTo(200);
        }
    }

    private static List<String> texts(List<Received> heard) {
        return heard.stream().map(message -> message.content().getJsonObject("message").getString("text")).toList();
    }
}

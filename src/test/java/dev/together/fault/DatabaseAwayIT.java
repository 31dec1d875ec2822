package dev.together.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.together.testing.Answer;
import dev.together.testing.AtOnce;
import dev.together.testing.Metrics;
import dev.together.testing.OneProcess;
import dev.together.testing.Person;
import dev.together.testing.Sql;
import dev.together.testing.TestProcess;
import dev.together.testing.Wire;
import io.vertx.core.json.JsonObject;

class DatabaseAwayIT {

    private static final int AT_ONCE = 60;
    /** More than what the database client waits for a connection. */
    private static final Duration LATE = Duration.ofSeconds(3);

    @RegisterExtension
    private static final OneProcess TOGETHER = new OneProcess();

    @Test
    void a_stopped_database_is_told_of_at_once_and_heals() {
        try (var alice = new Person(TOGETHER.url()); var bob = new Person(TOGETHER.url())) {
            var chat = alice.opensWith(bob);
            var wire = bob.online();
            alice.says(chat, "Before");
            assertThat(heardNumber(wire)).isEqualTo(1);
            TOGETHER.database().stop();

            var refused = sendsAtOnce(alice, chat, "stopped");

            assertThat(refused).allSatisfy(answer -> assertUnavailable(answer, Duration.ofSeconds(4)));
            assertThat(wire.asks("phoenix", "heartbeat", new JsonObject()).status()).isEqualTo("ok");
            TOGETHER.database().restart();
            heals(alice, chat);
            assertWhole(alice, chat, "stopped");
            assertThat(heardNumber(wire)).isEqualTo(2);
        }
    }

    @Test
    void a_database_that_hangs_is_given_up_on_and_heals() {
        try (var alice = new Person(TOGETHER.url()); var bob = new Person(TOGETHER.url())) {
            var chat = alice.opensWith(bob);
            var wire = bob.online();
            alice.says(chat, "Before");
            var metrics = new Metrics(TOGETHER.process().management("/q/metrics"));
            double failed = metrics.value("together_sends_total", "outcome=\"failed\"");
            TOGETHER.database().pause();

            var refused = sendsAtOnce(alice, chat, "paused");

            assertThat(refused).allSatisfy(answer -> assertUnavailable(answer, Duration.ofSeconds(12)));
            assertThat(metrics.value("together_sends_total", "outcome=\"failed\"")).isEqualTo(failed + AT_ONCE);
            assertThat(wire.asks("phoenix", "heartbeat", new JsonObject()).status()).isEqualTo("ok");
            TOGETHER.database().resume();
            heals(alice, chat);
            assertWhole(alice, chat, "paused");
        }
    }

    @Test
    void a_database_that_is_away_is_a_warning_and_no_error() {
        try (var alice = new Person(TOGETHER.url())) {
            var chat = alice.opens();
            TOGETHER.database().stop();

            var refused = sendsAtOnce(alice, chat, "quiet");

            assertThat(refused).allSatisfy(answer -> assertThat(answer.answer().status()).isEqualTo(503));
            assertThat(TOGETHER.process().isReady()).as("ready to say so").isTrue();
            TOGETHER.database().restart();
            heals(alice, chat);
            var late = Instant.now().plus(LATE);
            TestProcess.waitUntil(LATE.multipliedBy(2), () -> Instant.now().isAfter(late));
            assertThat(TOGETHER.process().log()).anyMatch(line -> line.contains("store_unavailable"))
                    .noneMatch(line -> line.contains("\"level\":\"ERROR\""));
        }
    }

    /** An answer and how long it took. */
    private record Timed(Answer answer, Duration took) {
    }

    private static void assertUnavailable(Timed timed, Duration within) {
        assertThat(timed.answer().status()).isEqualTo(503);
        assertThat(timed.answer().headers()).extracting((HttpHeaders headers) -> headers.firstValue("Retry-After"))
                .isEqualTo(java.util.Optional.of("1"));
        assertThat(timed.took()).isLessThan(within);
    }

    private static List<Timed> sendsAtOnce(Person person, String chat, String name) {
        return AtOnce.call(AT_ONCE, index -> {
            long start = System.nanoTime();
            var answer = person.calls("chat-send", Person.message(chat, "Away").put("client_msg_id", name + index));
            return new Timed(answer, Duration.ofNanos(System.nanoTime() - start));
        });
    }

    private static int heardNumber(Wire wire) {
        return wire.hears("message-insert").content().getJsonObject("message").getInteger("message_number");
    }

    private static void heals(Person person, String chat) {
        Sql.await("a send works again", () -> person.calls("chat-send", Person.message(chat, "Healed")).status() == 200);
    }

    /** What was refused may have been stored or not, but never half: numbers have no hole, and a repetition finds the row. */
    private static void assertWhole(Person person, String chat, String name) {
        var request = new JsonObject().put("chat_id", chat).put("after", 0).put("limit", 200);
        var messages = person.calls("chat-history", request).body().getJsonArray("messages");
        for (int index = 0; index < messages.size(); index++) {
            assertThat(messages.getJsonObject(index).getInteger("message_number")).isEqualTo(index + 1);
        }
        for (int index = 0; index < AT_ONCE; index++) {
            var id = name + index;
            var first = person.calls("chat-send", Person.message(chat, "Away").put("client_msg_id", id)).body();
            var second = person.calls("chat-send", Person.message(chat, "Away").put("client_msg_id", id)).body();
            assertThat(second).isEqualTo(first);
        }
    }
}

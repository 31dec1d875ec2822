package dev.together.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.testing.OneProcess;
import dev.together.testing.Person;
import io.vertx.core.json.JsonObject;

/** Who takes connections for nothing, or pages without end; with bounds that are low here. */
class GreedyCallerIT {

    private static final Duration IDLE = Duration.ofSeconds(6);

    @RegisterExtension
    private static final OneProcess TOGETHER = new OneProcess(
            Map.of("QUARKUS_HTTP_IDLE_TIMEOUT", "6s", "TOGETHER_REALTIME_IDLE_TIMEOUT", "5s",
                    "TOGETHER_LIMITS_SENDS_PER_SECOND", "5",
                    "TOGETHER_LIMITS_PARTICIPANTS", "3"));

    @ParameterizedTest
    @ValueSource(strings = { "chat-history", "list-conversations" })
    void somebody_who_reads_too_fast_is_asked_to_wait_while_others_go_on(String function) {
        try (var alice = new Person(TOGETHER.url()); var bob = new Person(TOGETHER.url())) {
            var request = new JsonObject().put("chat_id", alice.opensWith(bob));

            var refused = Stream.generate(() -> alice.calls(function, request)).limit(1_000)
                    .filter(answer -> answer.status() != 200).findFirst().orElseThrow();

            refused.isRefused(429, "Too many requests");
            assertThat(refused.header("retry-after")).isEqualTo("1");
            bob.calls(function, request).succeeds();
        }
    }

    @Test
    void what_is_refused_counts_as_well() {
        try (var alice = new Person(TOGETHER.url()); var bob = new Person(TOGETHER.url())) {
            var answers = Stream.generate(() -> alice.calls("chat-send", new JsonObject())).limit(600);

            assertThat(answers).anySatisfy(answer -> answer.isRefused(429, "Too many requests"));
            bob.calls("list-conversations", new JsonObject()).succeeds();
        }
    }

    @Test
    void a_full_conversation_takes_nobody_more_until_somebody_leaves() {
        try (var alice = new Person(TOGETHER.url());
                var bob = new Person(TOGETHER.url());
                var carol = new Person(TOGETHER.url());
                var dora = new Person(TOGETHER.url())) {
            var wire = alice.online();
            var chat = alice.opensWith(bob, carol);
            wire.hearsOfParticipants(3);

            dora.calls("join-conversation", Person.conversation(chat)).isRefused(403, "The conversation is full");

            wire.hearsNothing();
            assertThat(bob.joins(chat).getJsonArray("participants")).hasSize(3);
            carol.leaves(chat);
            assertThat(dora.joins(chat).getJsonArray("participants")).hasSize(3);
        }
    }

    @Test
    void a_request_that_stalls_is_cut_while_a_websocket_with_a_heartbeat_stays() throws IOException {
        try (var alice = new Person(TOGETHER.url());
                var wire = alice.online();
                var stalled = new Socket(TOGETHER.url().getHost(), TOGETHER.url().getPort())) {
            stalled.setSoTimeout((int) IDLE.multipliedBy(3).toMillis());
            stalled.getOutputStream().write(alice.headOf("chat-send", 1_000));
            stalled.getOutputStream().write('{');

            long end = System.nanoTime() + IDLE.multipliedBy(3).toNanos();
            while (System.nanoTime() < end) {
                assertThat(wire.asks("phoenix", "heartbeat", new JsonObject()).status()).isEqualTo("ok");
                assertThat(wire.nextWithin(Duration.ofMillis(250))).isEmpty();
            }

            assertThat(stalled.getInputStream().read()).isEqualTo(-1);
            assertThat(wire.isOpen()).isTrue();
        }
    }
}

package dev.together.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.together.testing.Metrics;
import dev.together.testing.OneProcess;
import dev.together.testing.Person;
import dev.together.testing.RawSocket;
import dev.together.testing.TestProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

class WriteTimeoutIT {

    private static final String LONG_TEXT = "x".repeat(60_000);
    /** More than what the connection's queue and the buffers of both kernels hold. */
    private static final int ENOUGH = 250;
    private static final int IDLE = 4000;
    private static final int TOO_SLOW = 4008;
    private static final int LOST = 1006;
    private static final Duration DROPPED_WITHIN = Duration.ofSeconds(20);

    @RegisterExtension
    private static final OneProcess TOGETHER = new OneProcess(
            Map.of("TOGETHER_REALTIME_IDLE_TIMEOUT", "5s", "TOGETHER_LIMITS_SENDS_PER_SECOND", "1000"));

    @Test
    void a_client_that_never_reads_again_is_dropped_though_nobody_can_tell_it_why() {
        var metrics = new Metrics(TOGETHER.process().management("/q/metrics"));
        try (var alice = new Person(TOGETHER.url());
                var deaf = new Person(TOGETHER.url());
                var socket = RawSocket.open(TOGETHER.url(), "2.0.0", 16_384)) {
            var chat = alice.opensWith(deaf);
            join(socket, deaf);
            metrics.becomes(joins -> joins == 1, "together_connections");

            IntStream.range(0, ENOUGH).forEach(sent -> alice.says(chat, LONG_TEXT));

            TestProcess.waitUntil(DROPPED_WITHIN, () -> metrics.value("together_connections") == 0);
            assertThat(socket.isClosed()).isIn(IDLE, TOO_SLOW, LOST);
        }
    }

    private static void join(RawSocket socket, Person person) {
        var payload = new JsonObject().put("config", new JsonObject()).put("access_token", person.token);
        socket.sendText(new JsonArray().add("6").add("6").add(person.topic()).add("phx_join").add(payload).encode());
    }
}

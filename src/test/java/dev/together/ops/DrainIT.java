package dev.together.ops;

import static dev.together.testing.TestProcess.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.together.testing.FragileDatabase;
import dev.together.testing.Metrics;
import dev.together.testing.Person;
import dev.together.testing.TogetherProcess;
import dev.together.testing.Wire;
import io.vertx.core.json.JsonObject;

/** How long a process takes to end, and what it waits for. */
class DrainIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Much sooner than it would wait for what is under way. */
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int RESTARTING = 1012;
    private static final int TERMINATED = 143;

    private final FragileDatabase database = FragileDatabase.start();
    private final TogetherProcess process = TogetherProcess.start(with(database));
    private final Person alice = new Person(process.url());

    @AfterEach
    void end() {
        alice.close();
        process.close();
        database.close();
    }

    @Test
    void it_ends_as_soon_as_its_websockets_are_closed() {
        var wires = IntStream.range(0, 20).mapToObj(i -> alice.online()).toList();
        long begin = System.nanoTime();

        process.terminate();

        assertThat(process.waitForEnd()).isEqualTo(TERMINATED);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON);
        assertThat(wires).extracting(Wire::isClosed).containsOnly(RESTARTING);
    }

    @Test
    void a_function_that_is_under_way_finishes_and_no_other_begins() throws IOException {
        var body = Person.message(alice.opens(), "Just in time").encode().getBytes(StandardCharsets.UTF_8);
        try (var sending = new Socket(InetAddress.getLoopbackAddress(), process.url().getPort())) {
            var out = sending.getOutputStream();
            out.write(alice.headOf("chat-send", body.length));
            out.write(body, 0, body.length - 1);
            // Of this port: whoever asks for metrics is an active request, too.
            new Metrics(process.management("/q/metrics")).becomes(count -> count >= 1, "http_server_active_requests",
                    "server_port=\"" + process.url().getPort() + "\"");

            process.terminate();
            waitUntil(PATIENCE, () -> alice.calls("list-conversations", new JsonObject()).error().startsWith("Restarting"));
            out.write(body, body.length - 1, 1);

            var answer = new BufferedReader(new InputStreamReader(sending.getInputStream(), StandardCharsets.UTF_8));
            assertThat(answer.readLine()).startsWith("HTTP/1.1 200");
        }
        assertThat(process.waitForEnd()).isEqualTo(TERMINATED);
    }

    private static Map<String, String> with(FragileDatabase database) {
        var variables = new HashMap<>(database.environment());
        variables.putAll(Map.of("TOGETHER_DRAIN_DELAY", "0s", "TOGETHER_DRAIN_WINDOW", "0s", "TOGETHER_DRAIN_FINISH", "60s"));
        return variables;
    }
}

package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.together.testing.Person;
import dev.together.testing.RawSocket;
import dev.together.testing.TestDatabase;
import dev.together.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class SlowReaderTest {

    private static final String LONG_TEXT = "x".repeat(60_000);
    /** More than what the connection's queue and the buffers of both kernels hold. */
    private static final int ENOUGH = 250;

    @TestHTTPResource
    URI server;

    @Test
    void a_client_that_does_not_read_delays_nobody_is_closed_and_resumes_completely() {
        try (var alice = new Person(server); var bob = new Person(server); var slow = new Person(server)) {
            var chat = alice.opensWith(bob, slow);
            var bobsWire = bob.online();
            var ids = new ArrayList<String>();
            try (var socket = joined(slow, "6")) {
                var latencies = new ArrayList<Duration>();
                for (int sent = 0; sent < ENOUGH; sent++) {
                    long start = System.nanoTime();
                    ids.add(alice.says(chat, LONG_TEXT).getString("id"));
                    assertThat(bobsWire.hears("message-insert").id()).isEqualTo(ids.get(sent));
                    latencies.add(Duration.ofNanos(System.nanoTime() - start));
                }

                latencies.sort(null);
                assertThat(latencies.get(ENOUGH * 95 / 100)).isLessThan(Duration.ofMillis(500));
                assertThat(socket.isClosed()).isEqualTo(4008);
            }

            try (var again = joined(slow, "9")) {
                assertThat(new HashSet<>(heard(again, ENOUGH))).containsExactlyInAnyOrderElementsOf(ids);
            }
        }
    }

    private RawSocket joined(Person person, String ref) {
        var socket = RawSocket.open(server, "2.0.0", 16_384);
        var payload = new JsonObject().put("config", new JsonObject()).put("access_token", TestTokens.ofUser(person.id));
        socket.sendText(new JsonArray().add(ref).add(ref).add(person.topic()).add("phx_join").add(payload).encode());
        return socket;
    }

    private static List<String> heard(RawSocket socket, int count) {
        var ids = new ArrayList<String>();
        while (ids.size() < count) {
            var frame = socket.read();
            if (frame == null || frame.opcode() == RawSocket.CLOSE) {
                throw new AssertionError("Closed after " + ids.size());
            }
            var parts = new JsonArray(frame.text());
            if (parts.getString(3).equals("broadcast") && parts.getJsonObject(4).getString("event").equals("message-insert")) {
                ids.add(parts.getJsonObject(4).getJsonObject("meta").getString("id"));
            }
        }
        return ids;
    }
}

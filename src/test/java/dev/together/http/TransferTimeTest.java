package dev.together.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.together.testing.TestProcess;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;

/** Who brings a body, or takes an answer, too slowly, though never silent for as long as a connection may be. */
@QuarkusTest
@TestProfile(TransferTimeTest.ShortTime.class)
class TransferTimeTest extends WithPeople {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int A_MOMENT_IN_MILLIS = 100;
    private static final int SMALL = 16_384;
    private static final int LONG_TEXTS = 16;
    /** Together more than what the buffers of both kernels hold. */
    private static final int PAGES = 20;

    @Test
    void who_brings_a_body_too_slowly_is_cut_and_others_are_not() throws IOException {
        var alice = person();
        var chat = alice.opens();
        try (var slow = connect()) {
            slow.getOutputStream().write(alice.headOf("chat-send", 100_000));
            slow.getOutputStream().write('{');

            TestProcess.waitUntil(PATIENCE, () -> isCutAfter(slow, " ".getBytes(StandardCharsets.US_ASCII)));
        }

        alice.says(chat, "In time");
    }

    @Test
    void who_takes_an_answer_too_slowly_is_cut_and_others_are_not() throws IOException {
        var alice = person();
        var chat = alice.opens();
        for (int said = 0; said < LONG_TEXTS; said++) {
            alice.says(chat, "x".repeat(60_000));
        }
        var body = new JsonObject().put("chat_id", chat).encode().getBytes(StandardCharsets.US_ASCII);
        try (var slow = connect()) {
            for (int page = 0; page < PAGES; page++) {
                slow.getOutputStream().write(alice.headOf("chat-history", body.length));
                slow.getOutputStream().write(body);
            }

            TestProcess.waitUntil(PATIENCE, () -> isCutAfter(slow, " ".getBytes(StandardCharsets.US_ASCII)));
        }

        assertThat(alice.calls("chat-history", new JsonObject().put("chat_id", chat)).body().getJsonArray("messages"))
                .hasSize(LONG_TEXTS);
    }

    private Socket connect() throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(SMALL);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
        socket.setSoTimeout(A_MOMENT_IN_MILLIS);
        return socket;
    }

    /** Whether the server takes no more of it; takes a little of what has come, and waits a moment where nothing has. */
    private static boolean isCutAfter(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Configured so. */
    public static class ShortTime implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("together.limits.transfer-time", "3s");
        }
    }
}

package dev.together.realtime;

import static dev.together.testing.TestProcess.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.together.testing.TestTokens;
import dev.together.testing.Wire;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;

/** Websockets that nobody has anything of, and those of one key, one user and one address, with bounds that are low here. */
@QuarkusTest
@TestProfile(ForNothingTest.LowLimits.class)
class ForNothingTest extends WithPeople {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MOST = 6;
    private static final int MOST_OF_ADDRESS = 30;
    private static final int UNUSED = 4000;
    private static final int EXPIRED = 4001;
    private static final int TOO_MANY = 1008;
    private static final Duration GRACE = Duration.ofSeconds(1);
    /** So long that a busy machine lets it in. */
    private static final Duration SHORT_LIFE = Duration.ofSeconds(6);

    @Test
    void one_that_joins_nothing_is_closed_though_it_sends_heartbeats_and_one_that_has_joined_stays() {
        var alice = person();
        try (var wire = alice.online(); var idle = Wire.open(server, TestTokens.anon(), "2.0.0")) {
            waitUntil(PATIENCE, () -> {
                beat(wire);
                return isClosedAfterHeartbeat(idle);
            });

            assertThat(idle.isClosed()).isEqualTo(UNUSED);
            beat(wire);
        }
    }

    @Test
    void one_whose_key_has_ended_and_that_has_joined_nothing_is_closed_though_it_sends_heartbeats() {
        try (var idle = Wire.open(server, anonUntil(Instant.now().plus(SHORT_LIFE)), "2.0.0")) {
            waitUntil(PATIENCE, () -> isClosedAfterHeartbeat(idle));

            assertThat(idle.isClosed()).isEqualTo(EXPIRED);
        }
    }

    @Test
    void one_that_has_left_its_last_channel_is_closed_and_one_that_has_another_stays() {
        var alice = person();
        try (var wire = alice.online(); var left = alice.online()) {
            left.joins("realtime:room-1", alice.token);
            left.asks("realtime:room-1", "phx_leave", new JsonObject());
            beat(left);
            left.asks(alice.topic(), "phx_leave", new JsonObject());

            waitUntil(PATIENCE, () -> {
                beat(wire);
                return isClosedAfterHeartbeat(left);
            });

            assertThat(left.isClosed()).isEqualTo(UNUSED);
            beat(wire);
        }
    }

    @Test
    void one_that_has_joined_outlives_its_key_and_is_closed_once_it_has_left() {
        var alice = person();
        var end = Instant.now().plus(SHORT_LIFE);
        try (var wire = Wire.open(server, anonUntil(end), "2.0.0")) {
            wire.joins(alice.topic(), alice.token);
            waitUntil(PATIENCE, () -> {
                beat(wire);
                return Instant.now().isAfter(end.plus(GRACE.multipliedBy(3)));
            });

            wire.asks(alice.topic(), "phx_leave", new JsonObject());

            assertThat(wire.isClosed()).isEqualTo(EXPIRED);
        }
    }

    @Test
    void one_too_many_of_the_anon_key_is_refused_until_another_has_joined() {
        var alice = person();
        // Those of other tests have ended.
        waitUntil(PATIENCE, () -> Wire.refusal(server, TestTokens.anon()) == 101);
        var wires = open(TestTokens.anon());

        waitUntil(PATIENCE, () -> Wire.refusal(server, TestTokens.anon()) == 429);

        assertThat(Wire.refusal(server, TestTokens.service())).isEqualTo(101);
        assertThat(Wire.refusal(server, alice.token)).isEqualTo(101);
        wires.get(0).joins(alice.topic(), alice.token);
        waitUntil(PATIENCE, () -> Wire.refusal(server, TestTokens.anon()) == 101);
        wires.forEach(Wire::close);
    }

    @Test
    void one_too_many_of_a_user_is_refused_whatever_it_joins() {
        var alice = person();
        var wires = open(alice.token);
        wires.forEach(wire -> wire.joins("realtime:room-1", alice.token));

        waitUntil(PATIENCE, () -> Wire.refusal(server, alice.token) == 429);

        try (var bob = Wire.open(server, person().token, "2.0.0"); var more = Wire.open(server, TestTokens.anon(), "2.0.0")) {
            beat(bob);
            more.joins("realtime:room-1", alice.token);
            assertThat(more.isClosed()).isEqualTo(TOO_MANY);
        }
        wires.forEach(Wire::close);
        waitUntil(PATIENCE, () -> Wire.refusal(server, alice.token) == 101);
    }

    @Test
    void one_too_many_of_an_address_is_refused_by_what_a_proxy_says_that_it_is() throws IOException {
        var sockets = new ArrayList<Socket>();
        for (int opened = 0; opened < MOST_OF_ADDRESS; opened++) {
            sockets.add(new Socket(server.getHost(), server.getPort()));
            assertThat(status(sockets.get(opened), "192.0.2.1")).isEqualTo(101);
        }

        try (var more = new Socket(server.getHost(), server.getPort());
                var other = new Socket(server.getHost(), server.getPort())) {
            assertThat(status(more, "192.0.2.1")).isEqualTo(429);
            assertThat(status(other, "192.0.2.2")).isEqualTo(101);
        }
        for (var socket : sockets) {
            socket.close();
        }
        waitUntil(PATIENCE, () -> status("192.0.2.1") == 101);
    }

    @Test
    void addresses_of_one_network_are_one() {
        assertThat(network("2001:db8::1")).isEqualTo(network("2001:db8::2")).isNotEqualTo(network("2001:db8:0:1::1"));
        assertThat(network("192.0.2.1")).isNotEqualTo(network("192.0.2.2"));
        assertThat(network("unknown")).isEqualTo("unknown");
    }

    private static String network(String host) {
        return AddressLimit.network(SocketAddress.inetSocketAddress(1, host));
    }

    private int status(String address) {
        try (var socket = new Socket(server.getHost(), server.getPort())) {
            return status(socket, address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a request to open a websocket is answered that comes through a proxy. */
    private static int status(Socket socket, String address) throws IOException {
        var request = "GET /realtime/v1/websocket?vsn=2.0.0&apikey=" + TestTokens.service() + " HTTP/1.1\r\n"
                + "Host: localhost\r\nX-Forwarded-For: " + address + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return Integer.parseInt(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII).substring(9));
    }

    private List<Wire> open(String key) {
        return Stream.generate(() -> Wire.open(server, key, "2.0.0")).limit(MOST).toList();
    }

    private static String anonUntil(Instant end) {
        return TestTokens.signed(TestTokens.claims("anon", null, end), TestTokens.SECRET);
    }

    private static boolean isClosedAfterHeartbeat(Wire wire) {
        try {
            wire.send(null, "9", "phoenix", "heartbeat", new JsonObject());
            return !wire.isOpen();
        } catch (CompletionException e) {
            // Closed meanwhile.
            return true;
        }
    }

    private static void beat(Wire wire) {
        assertThat(wire.asks("phoenix", "heartbeat", new JsonObject()).status()).isEqualTo("ok");
    }

    /** Configured so. */
    public static class LowLimits implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("together.realtime.join-timeout", "20s", "together.realtime.token-grace", GRACE.toSeconds() + "s",
                    "together.realtime.connections-per-key", String.valueOf(MOST),
                    "together.realtime.connections-per-user", String.valueOf(MOST),
                    "together.realtime.connections-per-address", String.valueOf(MOST_OF_ADDRESS),
                    "together.realtime.open-topics", "room-*", "quarkus.http.proxy.proxy-address-forwarding", "true");
        }
    }
}

package dev.together.realtime;

import static dev.together.testing.TestProcess.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.together.testing.Person;
import dev.together.testing.Wire;
import dev.together.testing.Wire.Received;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;

/** What one connection and one user may do, with bounds that are low here. */
@QuarkusTest
@TestProfile(LimitsTest.LowLimits.class)
class LimitsTest extends WithPeople {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration A_MOMENT = Duration.ofMillis(500);

    @Test
    void too_many_joins_a_second_close_the_connection() {
        var alice = person();
        var wire = alice.wire("2.0.0");

        var refused = firstRefusal(() -> join(alice, wire, alice.topic()), 15);

        assertThat(refused.reason()).isEqualTo("ClientJoinRateLimitReached: Too many joins per second");
        assertThat(wire.isClosed()).isEqualTo(1001);
    }

    @Test
    void too_many_frames_a_second_close_the_connection() {
        var alice = person();
        var wire = alice.online();

        wire.beatsUntilClosed(100, new JsonObject());

        var notice = wire.receives(frame -> frame.event().equals("system"));
        assertThat(notice.topic()).isEqualTo(alice.topic());
        assertThat(notice.payload().getString("status")).isEqualTo("ok");
        assertThat(notice.payload().getString("message")).isEqualTo("Too many messages per second");
        assertThat(wire.isClosed()).isEqualTo(1008);
    }

    @Test
    void too_many_bytes_a_second_close_the_connection_and_what_was_acknowledged_is_heard() {
        var alice = person();
        var bob = person().wire("2.0.0");
        var topic = "realtime:room-bytes";
        assertJoined(join(person(), bob, topic));
        var wire = alice.wire("2.0.0");
        var acked = new JsonObject().put("config", new JsonObject().put("broadcast", new JsonObject().put("ack", true)));
        assertJoined(wire.join(topic, acked.put("access_token", alice.token)));

        sendUntilClosed(wire, topic, 10);

        assertThat(wire.isClosed()).isEqualTo(1008);
        var frames = Stream.generate(() -> wire.nextWithin(A_MOMENT)).takeWhile(Optional::isPresent).flatMap(Optional::stream)
                .toList();
        assertThat(frames).anySatisfy(frame -> assertThat(frame.payload().getString("message"))
                .isEqualTo("Too many messages per second"));
        var acknowledged = frames.stream().filter(frame -> frame.status().equals("ok") && frame.ref() != null).toList();
        assertThat(acknowledged).isNotEmpty().hasSizeLessThan(10);
        for (var reply : acknowledged) {
            assertThat(bob.hears("news").content().getString("ref")).isEqualTo(reply.ref());
        }
    }

    @Test
    void one_channel_too_many_is_refused_and_the_others_stay() {
        var alice = person();
        var wire = alice.wire("2.0.0");
        Stream.of("1", "2", "3").forEach(name -> assertJoined(join(alice, wire, "realtime:room-" + name)));

        var refused = join(alice, wire, "realtime:room-4");

        assertThat(refused.reason()).isEqualTo("ChannelRateLimitReached: Too many channels");
        assertJoined(join(alice, wire, "realtime:room-1"));
        wire.asks("realtime:room-2", "phx_leave", new JsonObject());
        assertJoined(join(alice, wire, "realtime:room-4"));
    }

    @Test
    void one_connection_too_many_of_a_user_is_refused_and_one_that_joins_again_is_not() {
        var alice = person();
        var first = alice.online();
        var second = alice.online();

        var refused = join(alice, alice.wire("2.0.0"), alice.topic());

        assertThat(refused.reason()).isEqualTo("ConnectionRateLimitReached: Too many connected users");
        assertJoined(join(alice, first, alice.topic()));
        assertJoined(join(person(), second, "realtime:room-1"));
        first.close();
        waitUntil(PATIENCE, () -> join(alice, alice.wire("2.0.0"), alice.topic()).status().equals("ok"));
    }

    @Test
    void a_connection_without_a_frame_is_closed_and_one_with_heartbeats_stays() {
        var silent = person().online();
        var beating = person().online();

        long end = System.nanoTime() + PATIENCE.toNanos();
        while (silent.isOpen() && System.nanoTime() < end) {
            assertThat(beating.asks("phoenix", "heartbeat", new JsonObject()).status()).isEqualTo("ok");
            assertThat(beating.nextWithin(A_MOMENT)).isEmpty();
        }

        assertThat(silent.isClosed()).isEqualTo(4000);
        assertThat(beating.isOpen()).isTrue();
    }

    /** Long broadcasts, each with an answer. */
    private static void sendUntilClosed(Wire wire, String topic, int most) {
        try {
            for (int ref = 100; ref < 100 + most; ref++) {
                var payload = new JsonObject().put("ref", String.valueOf(ref)).put("text", "x".repeat(100_000));
                wire.send("1", String.valueOf(ref), topic, "broadcast",
                        new JsonObject().put("type", "broadcast").put("event", "news").put("payload", payload));
            }
        } catch (CompletionException e) {
            // Closed meanwhile.
        }
    }

    private static Received join(Person person, Wire wire, String topic) {
        return wire.join(topic, new JsonObject().put("config", new JsonObject()).put("access_token", person.token));
    }

    private static Received firstRefusal(Supplier<Received> join, int most) {
        return Stream.generate(join).limit(most).filter(reply -> reply.status().equals("error")).findFirst().orElseThrow();
    }

    private static void assertJoined(Received reply) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo("ok");
    }

    /** Configured so. */
    public static class LowLimits implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "together.realtime.joins-per-second", "1",
                    "together.realtime.frames-per-second", "5",
                    "together.realtime.bytes-per-second", "65536",
                    "together.realtime.channels-per-connection", "3",
                    "together.realtime.connections-per-user", "2",
                    "together.realtime.idle-timeout", "5s");
        }
    }
}

package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.testing.Person;
import dev.together.testing.Wire;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

/** A client with as many channels as a connection may have, which joins them all at once whenever it comes back. */
@QuarkusTest
class FullClientTest extends WithPeople {

    private static final int CHANNELS = 100;

    @ParameterizedTest
    @ValueSource(strings = { "1.0.0", "2.0.0" })
    void one_channel_too_many_is_refused_and_the_connection_stays(String vsn) {
        var alice = person();
        var wire = alice.wire(vsn);
        joinAll(alice, wire);

        var refused = wire.join("realtime:room-101", new JsonObject().put("access_token", alice.token));

        assertThat(refused.reason()).isEqualTo("ChannelRateLimitReached: Too many channels");
        assertThat(wire.asks("phoenix", "heartbeat", new JsonObject()).status()).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(strings = { "1.0.0", "2.0.0" })
    void a_full_client_that_comes_back_keeps_its_connection(String vsn) {
        var alice = person();
        var before = alice.wire(vsn);
        joinAll(alice, before);
        before.cut();
        var wire = alice.wire(vsn).continuingFrom(CHANNELS + 1);

        joinAll(alice, wire);
        joinAll(alice, wire);

        assertThat(wire.asks("phoenix", "heartbeat", new JsonObject()).status()).isEqualTo("ok");
    }

    /** All frames first, then all answers, as a client does. */
    private static void joinAll(Person person, Wire wire) {
        var config = new JsonObject().put("config", new JsonObject()).put("access_token", person.token);
        IntStream.range(0, CHANNELS).forEach(at -> wire.send("j" + at, "j" + at, "realtime:room-" + at, "phx_join", config));
        IntStream.range(0, CHANNELS).forEach(at -> assertThat(
                wire.receives(frame -> frame.event().equals("phx_reply") && ("j" + at).equals(frame.ref())).status())
                .isEqualTo("ok"));
    }
}

package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;

/** The other way that the configuration knows for a token that has ended: upstream's. */
@QuarkusTest
@TestProfile(ChannelExpiryTest.CloseChannel.class)
class ChannelExpiryTest extends WithPeople {

    @Test
    void after_the_grace_the_channel_is_closed_and_the_connection_stays() {
        var alice = person();
        var wire = TokenLifeTest.joined(alice, 2);

        assertThat(wire.receives(frame -> frame.event().equals("system")).payload().getString("status")).isEqualTo("error");

        assertThat(wire.nextText()).isEqualTo("[\"1\",\"1\",\"%s\",\"phx_close\",{}]".formatted(alice.topic()));
        assertThat(wire.asks("phoenix", "heartbeat", new JsonObject()).status()).isEqualTo("ok");
        wire.joins(alice.topic(), alice.token);
    }

    /** Configured so. */
    public static class CloseChannel implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("together.realtime.token-expiry", "close-channel");
        }
    }
}

package dev.together.realtime;

import static dev.together.testing.TestProcess.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import dev.together.testing.TestTokens;
import dev.together.testing.Wire;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;

/** How many websockets one process opens, and how fast, with bounds that are low here. */
@QuarkusTest
@TestProfile(UpgradeLimitsTest.LowLimits.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class) // the second uses up what the first needs
class UpgradeLimitsTest extends WithPeople {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CONNECTIONS = 5;

    @Test
    @Order(1)
    void one_connection_too_many_is_refused_until_another_ends() {
        var alice = person();
        var wires = Stream.generate(() -> alice.wire("2.0.0")).limit(CONNECTIONS).toList();
        // An answer says that it has been counted.
        assertThat(wires).allSatisfy(UpgradeLimitsTest::answers);

        assertThat(Wire.refusal(server, TestTokens.anon())).isEqualTo(429);

        assertThat(wires).allSatisfy(UpgradeLimitsTest::answers);
        wires.get(0).close();
        waitUntil(PATIENCE, () -> Wire.refusal(server, TestTokens.anon()) == 101);
    }

    @Test
    @Order(2)
    void too_many_a_second_are_refused_for_a_while() {
        waitUntil(PATIENCE, () -> attempt() == 401);
        var answers = IntStream.range(0, 150).map(attempt -> attempt()).boxed().toList();

        assertThat(answers).contains(429).containsOnly(401, 429);
        waitUntil(PATIENCE, () -> attempt() == 401);
    }

    private static void answers(Wire wire) {
        assertThat(wire.asks("phoenix", "heartbeat", new JsonObject()).status()).isEqualTo("ok");
    }

    /** An attempt that opens nothing counts as well. */
    private int attempt() {
        return Wire.refusal(server, "nonsense");
    }

    /** Configured so. */
    public static class LowLimits implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "together.realtime.connections", String.valueOf(CONNECTIONS),
                    "together.realtime.upgrades-per-second", "5");
        }
    }
}

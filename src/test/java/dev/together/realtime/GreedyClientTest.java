package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

/** What one client can make the server keep in memory. */
@QuarkusTest
class GreedyClientTest extends WithPeople {

    private static final int NEARLY_A_FRAME = 250_000;
    private static final int MEGABYTE = 1 << 20;

    @Test
    void a_refused_join_keeps_nothing_of_its_frame_until_it_is_answered() {
        var wire = person().wire("2.0.0");
        var junk = "{},".repeat(NEARLY_A_FRAME / 3) + "{}";
        long before = usedBytes();

        for (int sent = 0; sent < 40; sent++) {
            wire.sendText("[\"1\",\"1\",\"realtime:closed\",\"phx_join\",{\"junk\":[" + junk + "]}]");
            wire.asks("phoenix", "heartbeat", new JsonObject());
        }

        assertThat(usedBytes() - before).isLessThan(60 * MEGABYTE);
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}

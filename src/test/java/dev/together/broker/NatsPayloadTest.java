package dev.together.broker;

import static dev.together.testing.TestProcess.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.together.testing.NatsServer;
import dev.together.testing.TestSettings;

/** How much NATS takes at a time, and how much a broadcast may be. */
class NatsPayloadTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void a_nats_that_takes_too_little_is_no_broker_and_the_log_says_what_to_change(@TempDir Path folder)
            throws IOException, InterruptedException {
        var small = Files.writeString(folder.resolve("nats.conf"), "max_payload: 300000\n");
        try (var nats = NatsServer.start("-c", small.toString()); var log = Published.by(NatsBroker.class)) {
            var broker = broker(nats, "262144");

            waitUntil(PATIENCE, () -> log.text().contains("nats_max_payload_too_small"));

            assertThat(log.text()).contains("NATS takes 300000 bytes at a time (max_payload),"
                    + " together.realtime.broadcast-bytes needs 327680: raise the one or lower the other");
            assertThat(broker.isConnected()).isFalse();
            broker.close();
        }
    }

    @Test
    void a_nats_that_takes_enough_is_one() throws InterruptedException {
        try (var nats = NatsServer.start()) {
            var broker = broker(nats, "900000");

            waitUntil(PATIENCE, broker::isConnected);

            broker.close();
        }
    }

    private static NatsBroker broker(NatsServer nats, String broadcastBytes) {
        var settings = TestSettings.with(Map.of("together.nats.url", nats.url(),
                "together.realtime.broadcast-bytes", broadcastBytes));
        var broker = new NatsBroker(settings.nats(), BrokerProducer.mostBytes(settings), null, Clock.systemUTC());
        broker.start();
        return broker;
    }
}

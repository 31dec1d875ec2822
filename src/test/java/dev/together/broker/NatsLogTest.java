package dev.together.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.together.testing.AdjustableClock;
import io.nats.client.ConnectionListener.Events;

class NatsLogTest {

    private final AdjustableClock clock = new AdjustableClock();
    private final NatsLog log = new NatsLog(clock);
    private final Published said = Published.by(NatsBroker.class);

    @AfterEach
    void stopListening() {
        said.close();
    }

    @Test
    void what_happens_at_every_attempt_is_said_once_a_minute() {
        for (int attempt = 0; attempt < 240; attempt++) {
            log.connectFailed(new ConnectException("Connection refused"));
            log.happened(Events.DISCONNECTED);
            clock.advance(Duration.ofMillis(500));
        }

        assertThat(said.text().lines()).hasSize(4);
    }

    @Test
    void another_failure_is_said_at_once() {
        log.connectFailed(new ConnectException("Connection refused"));
        log.connectFailed(new IOException("Authorization violation"));

        assertThat(said.text()).contains("Connection refused", "Authorization violation");
    }

    @Test
    void the_same_is_said_again_after_it_was_connected() {
        log.happened(Events.DISCONNECTED);
        log.happened(Events.RECONNECTED);
        log.happened(Events.DISCONNECTED);

        assertThat(said.text().lines()).map(line -> line.replaceAll(".*state=|}", ""))
                .containsExactly("disconnected", "reconnected", "disconnected");
    }
}

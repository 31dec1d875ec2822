package dev.together.broker;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

import dev.together.log.LogEvent;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener.Events;
import io.nats.client.Consumer;
import io.nats.client.ErrorListener;

/**
 * What the connection to NATS says in the log. While NATS is away the client tries several times a second: the same is said
 * once a minute, and again after each time that it was there.
 */
class NatsLog implements ErrorListener {

    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final Clock clock;
    private final Set<String> said = new HashSet<>();
    private Instant saidSince = Instant.MIN;

    NatsLog(Clock clock) {
        this.clock = clock;
    }

    void happened(Events type) {
        if (type == Events.CONNECTED || type == Events.RECONNECTED) {
            forget();
        }
        if (isNews(type.getEvent())) {
            LogEvent.info(NatsBroker.class, "nats_connection").with("state", type.getEvent()).log();
        }
    }

    void takesTooLittle(long bytes, int wanted) {
        var sentence = "NATS takes %d bytes at a time (max_payload), together.realtime.broadcast-bytes needs %d: raise the one"
                + " or lower the other";
        if (isNews(sentence)) {
            LogEvent.error(NatsBroker.class, "nats_max_payload_too_small").with("error", sentence.formatted(bytes, wanted))
                    .log();
        }
    }

    void connectFailed(IOException failure) {
        failed("nats_connect_failed", failure);
    }

    @Override
    public void errorOccurred(Connection connection, String error) {
        if (isNews(error)) {
            LogEvent.warn(NatsBroker.class, "nats_error").with("error", error).log();
        }
    }

    @Override
    public void exceptionOccurred(Connection connection, Exception failure) {
        failed("nats_failed", failure);
    }

    @Override
    public void slowConsumerDetected(Connection connection, Consumer consumer) {
        LogEvent.warn(NatsBroker.class, "nats_slow_consumer").with("pending", consumer.getPendingMessageCount()).log();
    }

    private void failed(String event, Exception failure) {
        if (isNews(failure.toString())) {
            LogEvent.warn(NatsBroker.class, event).with(failure).log();
        }
    }

    private synchronized void forget() {
        saidSince = Instant.MIN;
    }

    private synchronized boolean isNews(String what) {
        var now = clock.instant();
        if (saidSince.isBefore(now.minus(AGAIN))) {
            said.clear();
            saidSince = now;
        }
        return said.add(what);
    }
}

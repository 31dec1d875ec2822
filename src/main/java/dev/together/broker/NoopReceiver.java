package dev.together.broker;

import java.time.Instant;

import dev.together.event.EncodedEvent;

/** Nobody is listening yet. */
class NoopReceiver implements Broker.Receiver {

    @Override
    public void received(String subject, EncodedEvent event) {
    }

    @Override
    public void mayHaveMissed(Instant since) {
    }
}

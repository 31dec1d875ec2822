package dev.together.broker;

import java.time.Instant;

/** Nobody is listening yet. */
class NoopReceiver implements Broker.Receiver {

    @Override
    public void received(String subject, Publication publication) {
    }

    @Override
    public void mayHaveMissed(Instant since) {
    }
}

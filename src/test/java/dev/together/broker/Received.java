package dev.together.broker;

import static dev.together.testing.TestProcess.waitUntil;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

import dev.together.event.EncodedEvent;

/** A pod that writes down what arrives at it. */
class Received implements Broker.Receiver {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration SILENCE = Duration.ofMillis(300);

    final List<EncodedEvent> events = new CopyOnWriteArrayList<>();
    final List<String> subjects = new CopyOnWriteArrayList<>();
    final List<Instant> missedSince = new CopyOnWriteArrayList<>();

    @Override
    public void received(String subject, EncodedEvent event) {
        subjects.add(subject);
        events.add(event);
    }

    @Override
    public void mayHaveMissed(Instant since) {
        missedSince.add(since);
    }

    List<String> ids() {
        return events.stream().map(EncodedEvent::id).toList();
    }

    void waitFor(int count) {
        waitUntil(PATIENCE, () -> events.size() >= count);
    }

    void waitForMissed() {
        waitUntil(PATIENCE, () -> !missedSince.isEmpty());
    }

    /** Waits for a moment in which something may come that must not. */
    void stayForAMoment() {
        LockSupport.parkNanos(SILENCE.toNanos());
    }
}

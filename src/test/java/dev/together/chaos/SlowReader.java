package dev.together.chaos;

import java.time.Duration;
import java.time.Instant;

import dev.together.testing.Metrics;
import dev.together.testing.Proxy;
import dev.together.testing.TestProcess;

/** A user who talks to nobody but themselves, and whose network comes to a standstill until the server gives it up. */
class SlowReader {

    private static final Duration HEARS_WITHIN = Duration.ofSeconds(60);
    private static final Duration LIVE_WITHIN = Duration.ofSeconds(2);
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(60);

    private final SimulatedUser citizen;
    private final Device device;
    private final Proxy way;
    private final Metrics metrics;
    private final String chat;
    private boolean wasClosed;

    /** @param way the device's only way to the process that has these metrics */
    SlowReader(SimulatedUser citizen, Device device, Proxy way, Metrics metrics) {
        this.citizen = citizen;
        this.device = device;
        this.way = way;
        this.metrics = metrics;
        this.chat = citizen.opens();
    }

    /** Stands still until it is so far behind that the server closes the connection. */
    void fallBehind() {
        // What broke before may have left a connection that nobody knows to be lost: that one cannot fall behind.
        TestProcess.waitUntil(HEARS_WITHIN, this::hearsLive);
        double before = closedAsTooSlow();
        device.bePatient(true);
        way.stall();
        var until = Instant.now().plus(CLOSED_WITHIN);
        while (closedAsTooSlow() == before && Instant.now().isBefore(until)) {
            citizen.sendLong(chat);
        }
        wasClosed |= closedAsTooSlow() > before;
        way.flow();
        device.bePatient(false);
    }

    boolean wasClosed() {
        return wasClosed;
    }

    private boolean hearsLive() {
        var start = Instant.now();
        citizen.sendShort(chat);
        while (!device.heardLive(start, Instant.MAX) && Instant.now().isBefore(start.plus(LIVE_WITHIN))) {
            Pause.of(Duration.ofMillis(20));
        }
        return device.heardLive(start, Instant.MAX);
    }

    private double closedAsTooSlow() {
        return metrics.value("together_queue_overflows_total");
    }
}

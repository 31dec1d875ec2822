package dev.together.history;

import java.time.Duration;
import java.time.Instant;

import dev.together.testing.TestProcess;

/** A user who talks to nobody but themselves, and whose device lets more lie than fits between the server and it. */
class SlowReader {

    private static final int TOO_SLOW = 4008;
    private static final Duration JOINS_WITHIN = Duration.ofSeconds(30);
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(15);
    /** More bytes than the buffers of both kernels and the connection's queue hold. */
    private static final int MESSAGES = 200;

    private final Citizen citizen;
    private final Device device;
    private final String chat;

    SlowReader(Citizen citizen, Device device) {
        this.citizen = citizen;
        this.device = device;
        this.chat = citizen.opens();
    }

    /** Stops reading until it is far behind; lets it read the close, before what breaks next takes its connection. */
    void fallBehind() {
        TestProcess.waitUntil(JOINS_WITHIN, device::isJoined);
        device.stopReading();
        citizen.sendLong(chat, MESSAGES);
        device.readAgain();
        var until = Instant.now().plus(CLOSED_WITHIN);
        while (!wasClosed() && Instant.now().isBefore(until)) {
            Pause.of(Duration.ofMillis(50));
        }
    }

    boolean wasClosed() {
        return device.closes.contains(TOO_SLOW);
    }
}

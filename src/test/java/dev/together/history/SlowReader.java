package dev.together.history;

import java.time.Duration;

import dev.together.testing.TestProcess;

/** A user who talks to nobody but themselves, and whose device lets more lie than fits between the server and it. */
class SlowReader {

    private static final int TOO_SLOW = 4008;
    private static final int TRIES = 3;
    private static final Duration WITHIN = Duration.ofSeconds(60);
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

    /** Stops reading until it is so far behind that its connection is closed; a connection that was lost before is none. */
    void fallBehind() {
        long before = timesClosed();
        for (int tries = 0; tries < TRIES && timesClosed() == before; tries++) {
            TestProcess.waitUntil(WITHIN, device::isJoined);
            int connections = device.reconnects();
            device.stopReading();
            citizen.sendLong(chat, MESSAGES);
            device.readAgain();
            TestProcess.waitUntil(WITHIN, () -> device.reconnects() > connections);
        }
    }

    boolean wasClosed() {
        return timesClosed() > 0;
    }

    private long timesClosed() {
        return device.closes.stream().filter(code -> code == TOO_SLOW).count();
    }
}

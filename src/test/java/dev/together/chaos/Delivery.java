package dev.together.chaos;

import java.time.Instant;

/**
 * One event as a device received it.
 *
 * @param join which successful join of the device it belongs to: 1, 2, 3 …
 * @param eventType of a conversation update; empty for a message
 */
record Delivery(String device, int join, Instant at, String id, String chat, String eventType, boolean isReplayed) {

    boolean isMessage() {
        return eventType.isEmpty();
    }
}

package dev.together.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.vertx.core.json.JsonObject;

/** What people asked for and what they were answered. */
class Operations {

    /** Every {@code client_msg_id} that was ever sent. */
    final Set<String> sent = ConcurrentHashMap.newKeySet();
    /** Those that were answered with a refusal. */
    final Set<String> refused = ConcurrentHashMap.newKeySet();
    /** The rows that were answered, by {@code client_msg_id}. */
    final Map<String, JsonObject> acknowledged = new ConcurrentHashMap<>();
    /** Batches that were sent, each by its messages' {@code client_msg_id}. */
    final Queue<List<String>> batches = new ConcurrentLinkedQueue<>();
    final Queue<String> contradictions = new ConcurrentLinkedQueue<>();
    final Queue<Failed> failures = new ConcurrentLinkedQueue<>();

    /** A call that was not answered, or answered with a failure. */
    record Failed(Instant at, String function, int status, Duration took) {
    }

    /** A row was answered; the same message must always be answered with the same row. */
    void acknowledge(JsonObject row) {
        var known = acknowledged.putIfAbsent(row.getString("client_msg_id"), row);
        if (known != null && !known.equals(row)) {
            contradictions.add("The same message was answered as " + known + " and as " + row);
        }
    }

    /** How many messages nobody knows the fate of. */
    long unknown() {
        return sent.stream().filter(id -> !acknowledged.containsKey(id) && !refused.contains(id)).count();
    }
}

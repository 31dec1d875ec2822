package dev.together.chaos;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.jspecify.annotations.Nullable;

import dev.together.testing.TestTokens;
import dev.together.testing.Wire;
import dev.together.testing.Wire.Received;
import io.vertx.core.json.JsonObject;

/**
 * One device of a user, which behaves like supabase-js: its refs count on through reconnects, it joins again with the same
 * settings, and it gives a connection up whose heartbeat nobody answers. Only its times are shorter.
 */
class Device implements Runnable {

    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration REJOIN_AFTER = Duration.ofMillis(400);
    /** More than what an event may take from its time stamp to its commit, a pause of the database included. */
    private static final Duration OVERLAP = Duration.ofSeconds(20);

    final String name;
    final UUID user;
    final Queue<Delivery> heard = new ConcurrentLinkedQueue<>();
    final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    /** The codes that its connections were closed with, by the server. */
    final Queue<Integer> closes = new ConcurrentLinkedQueue<>();
    private final String vsn;
    private final boolean asksForReplay;
    private final List<URI> servers;
    private final Random random;

    private volatile boolean isEnding;
    private volatile boolean isJoined;
    private volatile boolean isPatient;
    private volatile Instant offlineUntil = Instant.MIN;
    private final Queue<Instant> joinedAt = new ConcurrentLinkedQueue<>();
    private int ref;
    private int reconnects;
    private Instant liveAt = Instant.now();

    Device(String name, UUID user, String vsn, boolean asksForReplay, List<URI> servers, Random random) {
        this.name = name;
        this.user = user;
        this.vsn = vsn;
        this.asksForReplay = asksForReplay;
        this.servers = servers;
        this.random = random;
        this.ref = vsn.equals("2.0.0") ? 5 : 0;
    }

    /** When it was first told that it hears everything; null before. */
    @Nullable
    Instant firstJoinedAt() {
        return joinedAt.peek();
    }

    /** When it joined next, so that what it had missed was replayed. */
    Optional<Instant> joinedAfter(Instant time) {
        return joinedAt.stream().filter(joined -> joined.isAfter(time)).findFirst();
    }

    /** Whether anything reached it as it happened in this time: then it was not away all the while. */
    boolean heardLive(Instant from, Instant to) {
        return heard.stream().anyMatch(event -> !event.isReplayed() && event.at().isAfter(from) && event.at().isBefore(to));
    }

    int joins() {
        return joinedAt.size();
    }

    int reconnects() {
        return reconnects;
    }

    /** Loses its network for so long. */
    void goOffline(Duration time) {
        offlineUntil = Instant.now().plus(time);
    }

    /** Gives no connection up over this time, however long its heartbeats wait for an answer. */
    void bePatient(boolean isSo) {
        isPatient = isSo;
    }

    /** Whether it hears everything now, as far as it knows. */
    boolean isJoined() {
        return isJoined;
    }

    void end() {
        isEnding = true;
    }

    @Override
    public void run() {
        while (!isEnding) {
            if (isOffline()) {
                Pause.of(Duration.ofMillis(50));
                continue;
            }
            try (var wire = open()) {
                new Visit(wire).stay();
            } catch (CompletionException e) {
                // Nobody answers there now.
            }
            isJoined = false;
            reconnects++;
            Pause.of(Duration.ofMillis(100 + random.nextInt(400)));
        }
    }

    private Wire open() {
        var server = servers.get(random.nextInt(servers.size()));
        return Wire.open(server, TestTokens.anon(), vsn).continuingFrom(ref);
    }

    private boolean isOffline() {
        return Instant.now().isBefore(offlineUntil);
    }

    /** One connection, from its opening to its end. */
    private class Visit {

        private final Wire wire;
        private final String topic = "realtime:user-realtime:" + user;
        private String joinRef = "";
        private Instant joinAt = Instant.MIN;
        private Instant beatAt = Instant.now();
        private @Nullable String beatRef;

        Visit(Wire wire) {
            this.wire = wire;
        }

        void stay() {
            while (!isEnding && !isOffline() && wire.isOpen()) {
                var now = Instant.now();
                if (!isJoined && now.isAfter(joinAt)) {
                    join(now);
                }
                if (now.isAfter(beatAt.plus(HEARTBEAT)) && !beat(now)) {
                    return;
                }
                var frame = wire.next(Duration.ofMillis(50));
                if (frame != null) {
                    take(frame);
                }
            }
            if (!wire.isOpen()) {
                closes.add(wire.isClosed());
            }
        }

        private void join(Instant now) {
            joinAt = now.plusSeconds(10);
            joinRef = String.valueOf(++ref);
            var broadcast = new JsonObject();
            if (asksForReplay && !joinedAt.isEmpty()) {
                broadcast.put("replay", new JsonObject().put("since", liveAt.minus(OVERLAP).toEpochMilli()));
            }
            wire.send(joinRef, joinRef, topic, "phx_join", new JsonObject()
                    .put("config", new JsonObject().put("broadcast", broadcast).put("private", asksForReplay))
                    .put("access_token", TestTokens.ofUser(user)));
        }

        /** Whether the connection is worth keeping. */
        private boolean beat(Instant now) {
            if (beatRef != null && !isPatient) {
                return now.isBefore(beatAt.plus(HEARTBEAT).plus(HEARTBEAT_TIMEOUT));
            }
            beatAt = now;
            beatRef = String.valueOf(++ref);
            wire.send(null, beatRef, "phoenix", "heartbeat", new JsonObject());
            return true;
        }

        private void take(Received frame) {
            switch (frame.event()) {
                case "phx_reply" -> takeReply(frame);
                case "broadcast" -> hear(heard(frame));
                case "phx_close", "phx_error" -> complaints.add(name + " was sent " + frame.event());
                case "system" -> complaints.add(name + " was told: " + frame.payload().getString("message"));
                default -> complaints.add(name + " does not know " + frame.event());
            }
        }

        private void takeReply(Received reply) {
            if (reply.topic().equals("phoenix")) {
                beatRef = null;
            } else if (joinRef.equals(reply.ref()) && reply.status().equals("ok")) {
                isJoined = true;
                if (joinedAt.isEmpty()) {
                    liveAt = Instant.now();
                }
                joinedAt.add(Instant.now());
            } else {
                joinAt = Instant.now().plus(REJOIN_AFTER);
            }
        }

        /** What is live comes after all that is replayed: only then nothing older is missing. */
        private void hear(Delivery event) {
            heard.add(event);
            if (!event.isReplayed()) {
                liveAt = event.at();
            }
        }

        private Delivery heard(Received frame) {
            var content = frame.content();
            boolean isMessage = frame.name().equals("message-insert");
            var chat = isMessage ? content.getString("chat_id") : content.getJsonObject("data").getString("id");
            return new Delivery(name, joins(), Instant.now(), frame.id(), chat, isMessage ? "" : content.getString("eventType"),
                    frame.isReplayed());
        }
    }
}

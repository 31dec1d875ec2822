package dev.together.realtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.together.Settings;
import dev.together.Settings.Expiry;
import dev.together.identity.Caller;
import dev.together.identity.Tokens;
import dev.together.time.Timers;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.websockets.next.CloseReason;
import io.smallrye.mutiny.Uni;

/**
 * The open connections of this process: closes those that fell silent, those that join nothing, those whose token has expired,
 * and in the end all.
 */
@Singleton
public class Connections {

    private static final CloseReason IDLE = new CloseReason(4000, "No frame for too long");
    private static final CloseReason UNUSED = new CloseReason(4000, "Nothing was joined for too long");
    private static final CloseReason TOO_MANY = new CloseReason(1008, "Too many connections");
    private static final CloseReason EXPIRED = new CloseReason(4001, "Token has expired");
    private static final CloseReason RESTARTING = new CloseReason(1012, "Restarting: reconnect to resume");
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(3);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final Set<RealtimeConnection> open = ConcurrentHashMap.newKeySet();
    private final FrameHandler handler;
    private final Tokens tokens;
    private final HolderLimit holders;
    private final Settings.Realtime settings;
    private final RealtimeMetrics metrics;
    private final Clock clock;
    private final Timers timers;
    private final boolean isServed;
    private volatile boolean isDraining;

    Connections(FrameHandler handler, Tokens tokens, HolderLimit holders, Settings settings, RealtimeMetrics metrics,
            Clock clock, Timers timers) {
        this.handler = handler;
        this.tokens = tokens;
        this.holders = holders;
        this.settings = settings.realtime();
        this.metrics = metrics;
        this.isServed = Settings.isServed(settings, "realtime");
        this.clock = clock;
        this.timers = timers;
    }

    void start(@Observes StartupEvent event) {
        metrics.watchConnections(open::size);
        if (isServed) {
            timers.every(LOOK_EVERY, this::lookAtAll);
        }
    }

    /** Lets no new one in from now on. */
    public void refuse() {
        isDraining = true;
    }

    /** Closes all with 1012, evenly over the window, since clients come back at once; blocks until they are closed. */
    public void closeAll(Duration window) {
        var all = List.copyOf(open);
        long begin = System.nanoTime();
        for (int i = 0; i < all.size(); i++) {
            long due = begin + window.toNanos() / all.size() * i;
            LockSupport.parkNanos(due - System.nanoTime());
            all.get(i).close(RESTARTING);
        }
        long end = System.nanoTime() + ANSWERED_WITHIN.toNanos();
        while (!open.isEmpty() && System.nanoTime() < end) {
            open.forEach(connection -> connection.close(RESTARTING));
            LockSupport.parkNanos(ANSWERED_WITHIN.toNanos() / 100);
        }
    }

    boolean isServed() {
        return isServed;
    }

    boolean isDraining() {
        return isDraining;
    }

    /** Lets one in whose key was found good a moment ago. */
    Uni<Void> add(RealtimeConnection connection) {
        open.add(connection);
        holders.add(connection);
        return tokens.verify(connection.apiKey).invoke(caller -> {
            connection.openedBy(caller);
            // Some more than may be are let in where many come at once.
            var unused = holders.admits(connection, caller);
        }).onFailure().recoverWithNull().replaceWithVoid();
    }

    void remove(RealtimeConnection connection) {
        open.remove(connection);
        holders.remove(connection);
        handler.close(connection);
    }

    int count() {
        return open.size();
    }

    private void lookAtAll() {
        var now = clock.instant();
        var idleSince = now.minus(settings.idleTimeout());
        for (var connection : open) {
            if (connection.isIdleSince(idleSince)) {
                connection.close(IDLE);
            }
            lookForUse(connection, now);
            for (var subscription : connection.subscriptions()) {
                look(connection, subscription, now);
            }
        }
    }

    /** One that nobody can have anything of is closed; one that has joined is its user's. */
    private void lookForUse(RealtimeConnection connection, Instant now) {
        var joined = connection.subscriptions().iterator();
        if (joined.hasNext()) {
            connection.isInUse(now);
            if (!holders.admits(connection, joined.next().caller())) {
                connection.close(TOO_MANY);
            }
        } else if (connection.hasKeyThatEndedBefore(now.minus(settings.tokenGrace()))) {
            connection.close(EXPIRED);
        } else if (connection.isUnusedSince(now.minus(settings.joinTimeout()))) {
            connection.close(UNUSED);
        }
    }

    private void look(RealtimeConnection connection, Subscription subscription, Instant now) {
        var caller = subscription.caller();
        var end = caller.expiresAt();
        if (now.isBefore(end)) {
            return;
        }
        if (now.isBefore(end.plus(settings.tokenGrace()))) {
            subscription.pause(caller);
            return;
        }
        var why = "Token has expired " + Duration.between(end, now).toSeconds() + " seconds ago";
        if (settings.tokenExpiry() == Expiry.CLOSE_CHANNEL) {
            connection.run(() -> expelUnlessRenewed(subscription, caller, why));
        } else {
            connection.sendSystem(subscription, "ok", why);
            connection.close(EXPIRED);
        }
    }

    private void expelUnlessRenewed(Subscription subscription, Caller expired, String why) {
        if (subscription.caller().equals(expired)) {
            handler.kick(subscription, why);
        }
    }
}

package dev.together.realtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.together.Settings;
import dev.together.Settings.Expiry;
import dev.together.time.Timers;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.websockets.next.CloseReason;

/** The open connections of this process: closes those that fell silent and those whose token has expired. */
@Singleton
class Connections {

    private static final CloseReason IDLE = new CloseReason(4000, "No frame for too long");
    private static final CloseReason EXPIRED = new CloseReason(4001, "Token has expired");
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final Set<RealtimeConnection> open = ConcurrentHashMap.newKeySet();
    private final Protocol protocol;
    private final Settings.Realtime settings;
    private final RealtimeMetrics metrics;
    private final Clock clock;
    private final Timers timers;

    Connections(Protocol protocol, Settings settings, RealtimeMetrics metrics, Clock clock, Timers timers) {
        this.protocol = protocol;
        this.settings = settings.realtime();
        this.metrics = metrics;
        this.clock = clock;
        this.timers = timers;
    }

    void start(@Observes StartupEvent event) {
        metrics.watchConnections(open::size);
        timers.every(LOOK_EVERY, () -> lookAtAll());
    }

    void add(RealtimeConnection connection) {
        open.add(connection);
    }

    void remove(RealtimeConnection connection) {
        open.remove(connection);
        protocol.close(connection);
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
            for (var subscription : connection.subscriptions.values()) {
                look(connection, subscription, now);
            }
        }
    }

    private void look(RealtimeConnection connection, Subscription subscription, Instant now) {
        var end = subscription.caller().expiresAt();
        if (now.isBefore(end)) {
            return;
        }
        if (now.isBefore(end.plus(settings.tokenGrace()))) {
            subscription.pause();
            return;
        }
        var why = "Token has expired " + Duration.between(end, now).toSeconds() + " seconds ago";
        if (settings.tokenExpiry() == Expiry.CLOSE_CHANNEL) {
            connection.run(() -> protocol.expel(connection, subscription, why));
        } else {
            connection.sendSystem(subscription, "error", why);
            connection.close(EXPIRED);
        }
    }
}

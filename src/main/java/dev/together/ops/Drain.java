package dev.together.ops;

import java.util.concurrent.locks.LockSupport;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.together.Settings;
import dev.together.http.InFlightRequests;
import dev.together.log.LogEvent;
import dev.together.realtime.Connections;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;

/**
 * Ends the process so that nobody notices.
 *
 * <p>
 * It is not ready any more and lets no websocket in, but goes on for {@code together.drain.delay}, until nobody sends it
 * anything new. Then the websockets are closed over {@code together.drain.window}, and the functions that are under way
 * finish, within {@code together.drain.finish}; with the last of them it ends. Then the outbox forgets what was published.
 * What is not done when the process is killed after all, another process finds in the outbox.
 */
@Singleton
public class Drain {

    private final Connections connections;
    private final InFlightRequests inFlight;
    private final Settings.Drain settings;
    private volatile boolean isBegun;

    Drain(Connections connections, InFlightRequests inFlight, Settings settings) {
        this.connections = connections;
        this.inFlight = inFlight;
        this.settings = settings.drain();
    }

    boolean isBegun() {
        return isBegun;
    }

    /** Runs before anything is stopped, on the main thread. */
    void begin(@Observes ShutdownDelayInitiatedEvent event) {
        LogEvent.info(Drain.class, "drain_begun").log();
        isBegun = true;
        connections.refuse();
        inFlight.leave();
        LockSupport.parkNanos(settings.delay().toNanos());
        connections.closeAll(settings.window());
        LogEvent.info(Drain.class, "drain_connections_closed").log();
        int unfinished = inFlight.finish(settings.finish());
        LogEvent.info(Drain.class, "drain_functions_finished").with("unfinished", unfinished).log();
    }
}

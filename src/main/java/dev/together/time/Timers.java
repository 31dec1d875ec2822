package dev.together.time;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Vertx;

/** What this process does again and again, until it shuts down. */
@Singleton
public class Timers {

    private static final int AFTER_EVERYTHING_ELSE = Integer.MAX_VALUE;

    private final Vertx vertx;
    private final Queue<Long> running = new ConcurrentLinkedQueue<>();

    Timers(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Runs the command so often, on an event loop; it must not block. */
    public void every(Duration interval, Runnable command) {
        running.add(vertx.setPeriodic(interval.toMillis(), timer -> command.run()));
    }

    void stop(@Observes @Priority(AFTER_EVERYTHING_ELSE) ShutdownEvent event) {
        running.forEach(vertx::cancelTimer);
    }
}

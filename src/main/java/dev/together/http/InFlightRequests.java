package dev.together.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * The functions that are under way, which the end of a process waits for.
 *
 * <p>
 * Quarkus can wait, too, but it also waits for websockets, each of which is a request that never ends.
 */
@Singleton
public class InFlightRequests {

    /** After CORS (-300), which refusals need as well. */
    private static final int AFTER_CORS = -290;
    private static final Duration LOOK_EVERY = Duration.ofMillis(5);

    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean isLeaving;
    private volatile boolean isRefusing;

    void route(@Observes Router router) {
        router.route("/functions/*").order(AFTER_CORS).handler(this::begin);
        router.route("/realtime/v1/api/*").order(AFTER_CORS).handler(this::begin);
        router.route("/rest/*").order(AFTER_CORS).handler(this::begin);
    }

    /** From now on who asks is told to ask elsewhere next time. */
    public void leave() {
        isLeaving = true;
    }

    /** Lets nothing more begin, and blocks until all has ended, or for so long; gives how many have not ended. */
    public int finish(Duration limit) {
        isRefusing = true;
        long end = System.nanoTime() + limit.toNanos();
        while (count.get() > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
        return count.get();
    }

    private void begin(RoutingContext context) {
        if (isLeaving) {
            context.response().putHeader(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        // Counted before it is looked whether it may begin: so nothing begins unseen.
        count.incrementAndGet();
        context.addEndHandler(end -> count.decrementAndGet());
        if (isRefusing) {
            refuse(context);
        } else {
            context.next();
        }
    }

    private static void refuse(RoutingContext context) {
        context.response().setStatusCode(Failure.Code.UNAVAILABLE.status())
                .putHeader(HttpHeaderNames.RETRY_AFTER, "1")
                .putHeader(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .end(new JsonObject().put("error", "Restarting; try again").encode());
    }
}

package dev.together.http;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * Makes each connection a {@link PacedConnection}, on both ports and before its first request is answered. HTTP/2 has its own
 * windows.
 */
@Singleton
class PacedReading {

    private static final String NAME = "together-pace";
    private static final String LAST = "handler";
    private static final int FIRST = Integer.MIN_VALUE;

    private final RequestBudget budget;

    PacedReading(RequestBudget budget) {
        this.budget = budget;
    }

    void route(@Observes Router router) {
        router.route().order(FIRST).handler(this::pace);
    }

    void routeManagement(@Observes ManagementInterface management) {
        management.router().route().order(FIRST).handler(this::pace);
    }

    private void pace(RoutingContext context) {
        var request = context.request();
        if (request.version() != HttpVersion.HTTP_2) {
            var pipeline = ((ConnectionBase) request.connection()).channel().pipeline();
            if (pipeline.get(NAME) == null) {
                pipeline.addBefore(LAST, NAME, new PacedConnection(budget));
            }
        }
        context.next();
    }
}

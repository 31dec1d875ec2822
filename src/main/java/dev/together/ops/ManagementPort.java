package dev.together.ops;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.ext.web.RoutingContext;

/** Keeps health and metrics from pages of other origins, to which Quarkus would show them. */
@Singleton
class ManagementPort {

    private static final int BEFORE_QUARKUS = Integer.MIN_VALUE;

    void route(@Observes ManagementInterface management) {
        management.router().route().order(BEFORE_QUARKUS).handler(ManagementPort::check);
    }

    private static void check(RoutingContext context) {
        context.response().headers().remove(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN);
        context.next();
    }
}

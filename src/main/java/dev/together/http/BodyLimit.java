package dev.together.http;

import java.time.Duration;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * Answers a body that is too large like every other failure, Quarkus alone would say nothing but the status, and one that does
 * not say how large it is: nobody knows whether to let it in without taking it in first, from callers nobody knows yet.
 */
@Singleton
class BodyLimit {

    /** After CORS (-300), before Quarkus' own limit (-2). */
    private static final int BEFORE_QUARKUS = -250;

    /** A client reads no answer while it still sends, so what it sends is let go for so long. */
    private static final Duration LINGER = Duration.ofSeconds(5);

    private final long limit;
    private final Vertx vertx;

    BodyLimit(@ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize limit, Vertx vertx) {
        this.limit = limit.asLongValue();
        this.vertx = vertx;
    }

    void route(@Observes Router router) {
        router.route().order(BEFORE_QUARKUS).handler(this::check);
    }

    private void check(RoutingContext context) {
        var length = context.request().getHeader(HttpHeaderNames.CONTENT_LENGTH);
        if (length != null && Long.parseLong(length) > limit) {
            refuse(context, Failure.Code.TOO_LARGE, "The body is too large");
        } else if (context.request().headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            refuse(context, Failure.Code.LENGTH_REQUIRED, "The header content-length is required");
        } else {
            context.next();
        }
    }

    private void refuse(RoutingContext context, Failure.Code code, String sentence) {
        var request = context.request();
        long linger = vertx.setTimer(LINGER.toMillis(), timer -> request.connection().close());
        request.endHandler(end -> vertx.cancelTimer(linger)).resume();
        context.response().setStatusCode(code.status())
                .putHeader(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .putHeader(RequestId.HEADER, RequestId.from(request.getHeader(RequestId.HEADER)))
                .end(new JsonObject().put("error", sentence).encode());
    }
}

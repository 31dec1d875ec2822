package dev.together.http;

import java.time.Duration;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/** Answers a body that is too large like every other failure; Quarkus alone would say nothing but the status. */
@Singleton
class BodyLimit {

    /** After CORS (-300), before Quarkus' own limit (-2). */
    private static final int BEFORE_QUARKUS = -250;

    /** A client reads no answer while it still sends, so what it sends is let go for so long. */
    private static final Duration LINGER = Duration.ofSeconds(5);

    private final long limit;
    private final Handler<RoutingContext> unannounced;
    private final Vertx vertx;

    BodyLimit(@ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize limit, Vertx vertx) {
        this.limit = limit.asLongValue();
        this.unannounced = BodyHandler.create(false).setBodyLimit(this.limit);
        this.vertx = vertx;
    }

    void route(@Observes Router router) {
        router.route().order(BEFORE_QUARKUS).handler(this::check).failureHandler(this::fail);
    }

    private void check(RoutingContext context) {
        var length = context.request().getHeader(HttpHeaderNames.CONTENT_LENGTH);
        if (length != null && Long.parseLong(length) > limit) {
            refuse(context);
        } else if (context.request().headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            unannounced.handle(context);
        } else {
            context.next();
        }
    }

    private void fail(RoutingContext context) {
        if (context.statusCode() == Failure.Code.TOO_LARGE.status()) {
            refuse(context);
        } else {
            context.next();
        }
    }

    private void refuse(RoutingContext context) {
        var request = context.request();
        long linger = vertx.setTimer(LINGER.toMillis(), timer -> request.connection().close());
        request.endHandler(end -> vertx.cancelTimer(linger)).resume();
        context.response().setStatusCode(Failure.Code.TOO_LARGE.status())
                .putHeader(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .putHeader(RequestId.HEADER, RequestId.from(request.getHeader(RequestId.HEADER)))
                .end(new JsonObject().put("error", "The body is too large").encode());
    }
}

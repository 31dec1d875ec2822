package dev.together.http;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.together.Settings;
import io.netty.handler.codec.http.HttpHeaderNames;
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

    private static final long LIMIT = 1 << 20;

    /** Of what stands around the payload of a broadcast. */
    private static final int AROUND = 65_536;
    private static final String BROADCASTS = "/realtime/v1/api/broadcast";

    private final FailureMetrics metrics;
    private final long broadcastLimit;

    BodyLimit(FailureMetrics metrics, Settings settings) {
        this.metrics = metrics;
        this.broadcastLimit = Math.max(LIMIT, settings.realtime().broadcastBytes() + AROUND);
    }

    void route(@Observes Router router) {
        router.route().order(BEFORE_QUARKUS).handler(this::check);
    }

    private void check(RoutingContext context) {
        var length = context.request().getHeader(HttpHeaderNames.CONTENT_LENGTH);
        if (length != null && Long.parseLong(length) > limit(context)) {
            refuse(context, Failure.Code.TOO_LARGE, "The body is too large");
        } else if (context.request().headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            refuse(context, Failure.Code.LENGTH_REQUIRED, "The header content-length is required");
        } else {
            context.next();
        }
    }

    private void refuse(RoutingContext context, Failure.Code code, String sentence) {
        metrics.refused(code.status());
        LastAnswer.give(context, code.status(), sentence);
    }

    private long limit(RoutingContext context) {
        return context.request().path().startsWith(BROADCASTS) ? broadcastLimit : LIMIT;
    }
}

package dev.together.http;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * What every answer says to browsers and caches: that it is nothing but what it calls itself, that it is for one origin, and,
 * of functions, tables and broadcasts, that nobody keeps it.
 */
@Singleton
class AnswerHeaders {

    /** Before all that answers, also before CORS (-300). */
    private static final int BEFORE_ALL = -2_000;

    void route(@Observes Router router) {
        router.route().order(BEFORE_ALL).handler(AnswerHeaders::put);
        router.route("/functions/*").order(BEFORE_ALL).handler(AnswerHeaders::keepNowhere);
        router.route("/realtime/v1/api/*").order(BEFORE_ALL).handler(AnswerHeaders::keepNowhere);
        router.route("/rest/*").order(BEFORE_ALL).handler(AnswerHeaders::keepNowhere);
    }

    private static void put(RoutingContext context) {
        var headers = context.response().headers();
        headers.set("X-Content-Type-Options", "nosniff");
        headers.add(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
        if (context.request().method().equals(HttpMethod.OPTIONS)) {
            headers.add(HttpHeaderNames.VARY, HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS);
        }
        context.next();
    }

    private static void keepNowhere(RoutingContext context) {
        context.response().putHeader(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        context.next();
    }
}

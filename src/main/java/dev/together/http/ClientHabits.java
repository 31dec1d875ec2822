package dev.together.http;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;

import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * Takes calls of functions as their clients mean them: {@code invoke(name)} has no body and means an empty object,
 * {@code invoke(name, {body: JSON.stringify(…)})} calls JSON text, and JSON is answered whatever is accepted.
 */
@Singleton
class ClientHabits {

    /** After CORS (-300) and {@link BodyLimit}. */
    private static final int AFTER_BODY_LIMIT = -240;
    private static final String FUNCTIONS = "/functions/";
    private static final String TEXT = "text/plain";
    private static final String EMPTY = "0";
    private static final int UNSUPPORTED = 415;
    private static final byte[] EMPTY_OBJECT = "{}".getBytes(StandardCharsets.UTF_8);

    private final FailureMetrics metrics;

    ClientHabits(FailureMetrics metrics) {
        this.metrics = metrics;
    }

    void route(@Observes Router router) {
        router.post(FUNCTIONS + "*").order(AFTER_BODY_LIMIT).handler(this::understand);
    }

    private void understand(RoutingContext context) {
        var headers = context.request().headers();
        if (!isPlain(headers.get(HttpHeaderNames.CONTENT_ENCODING))) {
            context.response().putHeader(HttpHeaderNames.ACCEPT_ENCODING, HttpHeaderValues.IDENTITY);
            metrics.refused(UNSUPPORTED);
            LastAnswer.give(context, UNSUPPORTED, "A body comes as it is, without content-encoding");
            return;
        }
        if (isEmpty(context.request())) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, EMPTY);
            headers.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
        } else if (isText(headers.get(HttpHeaderNames.CONTENT_TYPE))) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
        }
        headers.remove(HttpHeaderNames.ACCEPT);
        context.next();
    }

    /** Before the body is read, of which there is none. */
    @ServerRequestFilter(preMatching = true)
    void fill(ContainerRequestContext request) {
        if (EMPTY.equals(request.getHeaderString("content-length")) && request.getUriInfo().getPath().startsWith(FUNCTIONS)) {
            request.setEntityStream(new ByteArrayInputStream(EMPTY_OBJECT));
        }
    }

    /** In HTTP/2 a body need not say how long it is. */
    private static boolean isEmpty(HttpServerRequest request) {
        var length = request.getHeader(HttpHeaderNames.CONTENT_LENGTH);
        return length == null ? request.version() != HttpVersion.HTTP_2 : length.equals(EMPTY);
    }

    private static boolean isPlain(@Nullable String encoding) {
        return encoding == null || encoding.isBlank() || encoding.strip().equalsIgnoreCase("identity");
    }

    private static boolean isText(@Nullable String type) {
        return type == null || type.isBlank() || type.strip().toLowerCase(Locale.ROOT).startsWith(TEXT);
    }
}

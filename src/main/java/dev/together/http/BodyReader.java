package dev.together.http;

import java.io.ByteArrayInputStream;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;

import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestFilter;

import io.vertx.ext.web.RoutingContext;

/**
 * Takes in the body of a request once its caller is known, on the event loop and within the {@link RequestBudget}, before
 * anything reads it. 503 where there is no room for it, 400 where it has more values than anybody means.
 */
@Provider
@Priority(BodyReader.LATE)
class BodyReader implements ResteasyReactiveContainerRequestFilter {

    /** After it was found out who calls. */
    static final int LATE = Priorities.USER + 1_000;

    private final RequestBudget budget;

    BodyReader(RequestBudget budget) {
        this.budget = budget;
    }

    @Override
    public void filter(ResteasyReactiveContainerRequestContext request) {
        if (request.getLength() <= 0) {
            return;
        }
        request.suspend();
        var context = (ResteasyReactiveRequestContext) request.getServerRequestContext();
        var routing = context.serverRequest().unwrap(RoutingContext.class);
        var body = new Body(request.getLength(), isJson(request), budget, routing.request().connection()::close, bytes -> {
            request.setEntityStream(new ByteArrayInputStream(bytes));
            request.resume();
        }, request::resume);
        context.registerCompletionCallback(done -> body.free());
        routing.addEndHandler(end -> body.end());
        context.serverRequest().setReadListener(body);
        context.serverRequest().resumeRequestInput();
    }

    private static boolean isJson(ResteasyReactiveContainerRequestContext request) {
        return !MediaType.APPLICATION_OCTET_STREAM_TYPE.equals(request.getMediaType());
    }
}

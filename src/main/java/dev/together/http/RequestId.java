package dev.together.http;

import java.util.UUID;
import java.util.regex.Pattern;

import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;

import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jspecify.annotations.Nullable;

/** Names each request, by the caller's {@code x-request-id} or a new one, and tells the caller. */
@Singleton
public class RequestId {

    static final String HEADER = "x-request-id";
    private static final String PROPERTY = "dev.together.request-id";
    private static final Pattern ACCEPTABLE = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");

    /** The name of this request. */
    public static String of(ContainerRequestContext request) {
        return String.valueOf(request.getProperty(PROPERTY));
    }

    @ServerRequestFilter(preMatching = true)
    void name(ContainerRequestContext request) {
        request.setProperty(PROPERTY, from(request.getHeaderString(HEADER)));
    }

    /** What the caller calls it, or a new name. */
    static String from(@Nullable String given) {
        return given != null && ACCEPTABLE.matcher(given).matches() ? given : UUID.randomUUID().toString();
    }

    @ServerResponseFilter
    void tell(ContainerRequestContext request, ContainerResponseContext response) {
        response.getHeaders().putSingle(HEADER, of(request));
    }
}

package dev.together.http;

import java.util.UUID;
import java.util.regex.Pattern;

import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;

import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Names each request, by the caller's {@code x-request-id} or a new one, and tells the caller. */
@Singleton
public class RequestId {

    private static final String HEADER = "x-request-id";
    private static final String PROPERTY = "dev.together.request-id";
    private static final Pattern ACCEPTABLE = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");

    /** The name of this request. */
    public static String of(ContainerRequestContext request) {
        return String.valueOf(request.getProperty(PROPERTY));
    }

    @ServerRequestFilter(preMatching = true)
    void name(ContainerRequestContext request) {
        var given = request.getHeaderString(HEADER);
        var acceptable = given != null && ACCEPTABLE.matcher(given).matches();
        request.setProperty(PROPERTY, acceptable ? given : UUID.randomUUID().toString());
    }

    @ServerResponseFilter
    void tell(ContainerRequestContext request, ContainerResponseContext response) {
        response.getHeaders().putSingle(HEADER, of(request));
    }
}

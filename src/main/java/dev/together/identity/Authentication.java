package dev.together.identity;

import static dev.together.http.Failure.Code.FORBIDDEN;
import static dev.together.http.Failure.Code.UNAUTHENTICATED;

import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

import dev.together.http.Failure;
import io.smallrye.mutiny.Uni;

/** Finds out who calls, and counts it, before a function reads its body. */
@Singleton
class Authentication {

    private static final String BROADCASTS = "/realtime/";
    private static final String BEARER = "bearer ";

    private final Tokens tokens;
    private final RequestRate rate;

    Authentication(Tokens tokens, RequestRate rate) {
        this.tokens = tokens;
        this.rate = rate;
    }

    @ServerRequestFilter
    Uni<@Nullable Response> authenticate(ContainerRequestContext request) {
        return tokens.verify(bearer(request))
                .invoke(caller -> admit(caller, request))
                .replaceWith(Uni.createFrom().<Response> nullItem())
                .onFailure(TokenRefused.class).transform(Authentication::unauthenticated);
    }

    /** The anon key, which everybody has, may do nothing here: then nobody need read what it brings. */
    private void admit(Caller caller, ContainerRequestContext request) {
        if (caller.role() == Role.ANON) {
            throw request.getUriInfo().getPath().startsWith(BROADCASTS) ? new Failure(FORBIDDEN, "Unauthorized")
                    : Caller.anonymous();
        }
        rate.admitRequest(caller, request.getLength());
        caller.on(request);
    }

    private static String bearer(ContainerRequestContext request) {
        var authorization = request.getHeaderString(HttpHeaders.AUTHORIZATION);
        if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return authorization.substring(BEARER.length()).strip();
        }
        // The REST broadcast of supabase-js may bring the key alone.
        var apiKey = request.getHeaderString("apikey");
        if (authorization == null && apiKey != null) {
            return apiKey;
        }
        throw new Failure(UNAUTHENTICATED, "A bearer token is required");
    }

    private static Failure unauthenticated(Throwable refused) {
        return new Failure(UNAUTHENTICATED, String.valueOf(refused.getMessage()));
    }
}

package dev.together.identity;

import static dev.together.http.Failure.Code.UNAUTHENTICATED;

import java.time.Instant;
import java.util.UUID;

import jakarta.ws.rs.container.ContainerRequestContext;

import org.jspecify.annotations.Nullable;

import dev.together.http.Failure;

/**
 * Who is calling, by a token that was verified.
 *
 * @param role what the bearer is
 * @param userId the token's {@code sub}; null for the anon and the service key
 * @param expiresAt when the token ends; {@link Instant#MAX} for an opaque key
 */
public record Caller(Role role, @Nullable UUID userId, Instant expiresAt) {

    private static final String PROPERTY = "dev.together.caller";

    /** The caller of this request, as {@link Authentication} found them. */
    public static Caller of(ContainerRequestContext request) {
        if (request.getProperty(PROPERTY) instanceof Caller caller) {
            return caller;
        }
        throw new Failure(UNAUTHENTICATED, "A bearer token is required");
    }

    void on(ContainerRequestContext request) {
        request.setProperty(PROPERTY, this);
    }

    public boolean isService() {
        return role == Role.SERVICE_ROLE;
    }

    public boolean isUser() {
        return role == Role.AUTHENTICATED && userId != null;
    }

    /**
     * The signed-in user.
     *
     * @throws Failure 401 for the anon key, the service key, and a token without {@code sub}
     */
    public UUID user() {
        if (isUser() && userId != null) {
            return userId;
        }
        throw anonymous();
    }

    static Failure anonymous() {
        return new Failure(UNAUTHENTICATED, "The token of a signed-in user is required");
    }
}

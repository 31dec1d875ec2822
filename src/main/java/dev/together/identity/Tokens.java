package dev.together.identity;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;

import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.together.Settings;
import io.smallrye.mutiny.Uni;

/**
 * Verifies tokens: JWTs (HS, RS, ES and EdDSA) and the opaque keys of the configuration.
 *
 * <p>
 * A verified token is remembered until it ends, so that only its first use costs a signature check.
 */
@ApplicationScoped
public class Tokens {

    private static final int REMEMBERED = 50_000;
    private static final int LONGEST = 8_192;
    private static final AlgorithmConstraints ALGORITHMS = new AlgorithmConstraints(ConstraintType.PERMIT,
            "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "EdDSA");

    private final Keys keys;
    private final Clock clock;
    private final Map<String, Role> apiKeys;
    private final Cache<String, Caller> verified = Caffeine.newBuilder().maximumSize(REMEMBERED)
            .expireAfterWrite(Duration.ofMinutes(10)).build();

    Tokens(Settings settings, Keys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
        this.apiKeys = ApiKeys.of(settings.apiKeys().orElse(List.of()));
    }

    /** Who bears this token; fails with {@link TokenRefused}. */
    public Uni<Caller> verify(String token) {
        var opaque = apiKeys.get(token);
        if (opaque != null) {
            return Uni.createFrom().item(new Caller(opaque, null, Instant.MAX));
        }
        var known = verified.getIfPresent(token);
        if (known != null) {
            return Uni.createFrom().item(() -> current(known));
        }
        return Uni.createFrom().deferred(() -> check(token)).invoke(caller -> verified.put(token, caller));
    }

    private Uni<Caller> check(String token) {
        var jws = parse(token);
        var algorithm = Objects.toString(jws.getAlgorithmHeaderValue(), "");
        var keyId = Objects.toString(jws.getKeyIdHeaderValue(), "");
        return keys.find(algorithm, keyId)
                .invoke(candidates -> requireSignature(jws, candidates))
                .map(candidates -> current(caller(jws)));
    }

    private static JsonWebSignature parse(String token) {
        if (token.length() > LONGEST) {
            throw malformed();
        }
        try {
            var compact = URLDecoder.decode(token.replace("+", "%2B"), StandardCharsets.UTF_8).replaceAll("\\s", "");
            var jws = new JsonWebSignature();
            jws.setAlgorithmConstraints(ALGORITHMS);
            jws.setDoKeyValidation(false);
            jws.setCompactSerialization(compact);
            return jws;
        } catch (JoseException | IllegalArgumentException e) {
            throw malformed();
        }
    }

    private static void requireSignature(JsonWebSignature jws, List<Key> candidates) {
        if (candidates.stream().noneMatch(key -> isSignedWith(jws, key))) {
            throw new TokenRefused("JwtSignatureError", "Failed to validate JWT signature");
        }
    }

    private static boolean isSignedWith(JsonWebSignature jws, Key key) {
        try {
            jws.setKey(key);
            return jws.verifySignature();
        } catch (JoseException e) {
            return false;
        }
    }

    private static Caller caller(JsonWebSignature jws) {
        try {
            var claims = JwtClaims.parse(jws.getPayload());
            var role = role(claims.getStringClaimValue("role"));
            var end = claims.getExpirationTime();
            if (role == null || end == null) {
                throw new TokenRefused("InvalidJWTToken", "Fields `role` and `exp` are required in JWT");
            }
            return new Caller(role, role == Role.AUTHENTICATED ? userId(claims.getSubject()) : null,
                    Instant.ofEpochSecond(end.getValue()));
        } catch (JoseException | InvalidJwtException | MalformedClaimException e) {
            throw malformed();
        }
    }

    private static @Nullable Role role(@Nullable String claim) {
        for (var role : Role.values()) {
            if (role.claim().equals(claim)) {
                return role;
            }
        }
        return null;
    }

    private static UUID userId(@Nullable String subject) {
        try {
            return UUID.fromString(Objects.toString(subject, ""));
        } catch (IllegalArgumentException e) {
            throw new TokenRefused("InvalidJWTToken", "The field `sub` of a signed-in user's JWT must be a UUID");
        }
    }

    private Caller current(Caller caller) {
        var late = Duration.between(caller.expiresAt(), clock.instant());
        if (caller.expiresAt() != Instant.MAX && !late.isNegative()) {
            throw TokenRefused.expired(late.toSeconds());
        }
        return caller;
    }

    private static TokenRefused malformed() {
        return new TokenRefused("MalformedJWT", "The token provided is not a valid JWT");
    }
}

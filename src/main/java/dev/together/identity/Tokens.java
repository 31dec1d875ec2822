package dev.together.identity;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;

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
 * A verified token is remembered for ten minutes at most, so that only its first use costs a signature check; by a digest of
 * the one spelling that it has, so that what is remembered is small whatever is sent.
 */
@ApplicationScoped
public class Tokens {

    private static final int REMEMBERED = 50_000;
    private static final int LONGEST = 8_192;
    private static final Pattern SPACE = Pattern.compile("\\s");
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

    /**
     * Who bears this token; fails with {@link TokenRefused}. It may have been escaped or broken into lines on its way, and is
     * otherwise as its issuer spelled it.
     */
    public Uni<Caller> verify(String token) {
        var opaque = apiKeys.get(token);
        if (opaque != null) {
            return Uni.createFrom().item(new Caller(opaque, null, Instant.MAX));
        }
        return Uni.createFrom().deferred(() -> remembered(compact(token)));
    }

    /** How many tokens need no check of their signature now. */
    long countRemembered() {
        verified.cleanUp();
        return verified.estimatedSize();
    }

    private Uni<Caller> remembered(String compact) {
        var digest = digest(compact);
        var known = verified.getIfPresent(digest);
        if (known != null) {
            return Uni.createFrom().item(current(known));
        }
        return check(compact).invoke(caller -> verified.put(digest, caller));
    }

    private Uni<Caller> check(String compact) {
        var jws = parse(compact);
        var algorithm = Objects.toString(jws.getAlgorithmHeaderValue(), "");
        var keyId = Objects.toString(jws.getKeyIdHeaderValue(), "");
        return keys.find(algorithm, keyId)
                .invoke(candidates -> requireSignature(jws, candidates))
                .map(candidates -> current(caller(jws)));
    }

    private static String compact(String token) {
        if (token.length() > LONGEST) {
            throw malformed();
        }
        try {
            return SPACE.matcher(URLDecoder.decode(token.replace("+", "%2B"), StandardCharsets.UTF_8)).replaceAll("");
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
    }

    private static String digest(String compact) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(compact.getBytes(StandardCharsets.UTF_8));
            return new String(digest, StandardCharsets.ISO_8859_1);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonWebSignature parse(String compact) {
        try {
            var jws = new JsonWebSignature();
            jws.setAlgorithmConstraints(ALGORITHMS);
            jws.setDoKeyValidation(false);
            jws.setCompactSerialization(compact);
            requireOneSpelling(compact, jws);
            return jws;
        } catch (JoseException | IllegalArgumentException e) {
            throw malformed();
        }
    }

    /** Header and payload are signed as they are spelled; the signature could be padded, or end in bits that mean nothing. */
    private static void requireOneSpelling(String compact, JsonWebSignature jws) {
        if (!compact.endsWith("." + jws.getEncodedSignature())) {
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
        if (!caller.expiresAt().equals(Instant.MAX) && !late.isNegative()) {
            throw TokenRefused.expired(late.toSeconds());
        }
        return caller;
    }

    private static TokenRefused malformed() {
        return new TokenRefused("MalformedJWT", "The token provided is not a valid JWT");
    }
}

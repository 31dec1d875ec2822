package dev.together.local;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

import dev.together.Settings;
import dev.together.identity.Role;

/** Makes tokens with the configured secret, as the sign-in of a real deployment would. */
@Singleton
class TokenIssuer {

    private static final Duration VALID = Duration.ofDays(7);

    private final Settings settings;
    private final Clock clock;

    TokenIssuer(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** When a token that is made now expires. */
    Instant expiry() {
        return clock.instant().plus(VALID);
    }

    /** A key that stands for nobody in particular. */
    String key(Role role) {
        return token(role, null);
    }

    /** A signed-in user's token. */
    String token(UUID user) {
        return token(Role.AUTHENTICATED, user);
    }

    private String token(Role role, @Nullable UUID user) {
        var claims = new JwtClaims();
        claims.setStringClaim("role", role.claim());
        claims.setExpirationTime(NumericDate.fromSeconds(expiry().getEpochSecond()));
        if (user != null) {
            claims.setSubject(user.toString());
        }
        var jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue("HS256");
        jws.setHeader("typ", "JWT");
        jws.setKey(new HmacKey(settings.jwt().secret().orElseThrow().getBytes(StandardCharsets.UTF_8)));
        jws.setPayload(claims.toJson());
        try {
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException("A token cannot be signed with this secret", e);
        }
    }
}

package dev.together.identity;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

import org.jose4j.json.JsonUtil;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

import dev.together.Settings;

/** What a token must claim besides being signed, and who its bearer is then. */
class ClaimRules {

    private static final Duration LEEWAY = Duration.ofSeconds(30);
    /** In seconds; what lies farther away than three million years is no time that could be reckoned with. */
    private static final double FARTHEST = 1e14;
    private static final Pattern USER_ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Set<String> issuers;
    private final Set<String> audiences;
    private final boolean mayPublishedKeysServe;
    private final Clock clock;

    ClaimRules(Settings.Jwt settings, Clock clock) {
        this.issuers = Set.copyOf(settings.issuer().orElse(List.of()));
        this.audiences = Set.copyOf(settings.audience().orElse(List.of()));
        this.mayPublishedKeysServe = settings.jwksServiceRole();
        this.clock = clock;
    }

    /**
     * Who bears the token that this key has proved; when it ends is not looked at.
     *
     * @throws TokenRefused where it claims too little, or what is no claim at all
     */
    Caller caller(SignedToken token, VerificationKey key) {
        try {
            return caller(JsonUtil.parseJson(token.payload()), key);
        } catch (TokenRefused refused) {
            throw refused;
        } catch (JoseException | RuntimeException e) {
            throw TokenRefused.malformed();
        }
    }

    private Caller caller(Map<String, Object> claims, VerificationKey key) {
        var role = role(text(claims, "role"));
        var end = time(claims, "exp");
        if (role.isEmpty() || end.isEmpty()) {
            throw TokenRefused.invalid("Fields `role` and `exp` are required in JWT");
        }
        requireBegun(claims, "nbf");
        requireBegun(claims, "iat");
        requireTrusted(claims);
        if (role.get() == Role.SERVICE_ROLE && key.isPublished() && !mayPublishedKeysServe) {
            throw TokenRefused.invalid("A JWT of the role service_role must be signed with the secret");
        }
        return new Caller(role.get(), role.get() == Role.AUTHENTICATED ? userId(text(claims, "sub")) : null, end.get());
    }

    private void requireTrusted(Map<String, Object> claims) {
        if (!issuers.isEmpty() && !issuers.contains(String.valueOf(text(claims, "iss")))) {
            throw TokenRefused.invalid("The field `iss` of the JWT names no issuer that is trusted here");
        }
        if (!audiences.isEmpty() && audience(claims).stream().noneMatch(audiences::contains)) {
            throw TokenRefused.invalid("The field `aud` of the JWT names no audience that is served here");
        }
    }

    private static Collection<?> audience(Map<String, Object> claims) {
        return claims.get("aud") instanceof Collection<?> several ? several : List.of(String.valueOf(text(claims, "aud")));
    }

    private void requireBegun(Map<String, Object> claims, String name) {
        var latest = clock.instant().plus(LEEWAY);
        if (time(claims, name).filter(latest::isBefore).isPresent()) {
            throw TokenRefused.invalid("The field `" + name + "` of the JWT lies in the future");
        }
    }

    private static @Nullable String text(Map<String, Object> claims, String name) {
        var value = claims.get(name);
        if (value != null && !(value instanceof String)) {
            throw TokenRefused.malformed();
        }
        return (String) value;
    }

    private static Optional<Instant> time(Map<String, Object> claims, String name) {
        if (!claims.containsKey(name)) {
            return Optional.empty();
        }
        // Infinity, which a number of many digits becomes, is too far away as well.
        if (!(claims.get(name) instanceof Number seconds) || Math.abs(seconds.doubleValue()) > FARTHEST) {
            throw TokenRefused.malformed();
        }
        return Optional.of(Instant.ofEpochSecond(seconds.longValue()));
    }

    private static Optional<Role> role(@Nullable String claim) {
        return List.of(Role.values()).stream().filter(role -> role.claim().equals(claim)).findFirst();
    }

    private static UUID userId(@Nullable String subject) {
        if (subject == null || !USER_ID.matcher(subject).matches()) {
            throw TokenRefused.invalid("The field `sub` of a signed-in user's JWT must be a UUID in lower case");
        }
        return UUID.fromString(subject);
    }
}

package dev.together.identity;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import jakarta.enterprise.context.ApplicationScoped;

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
    /** What the first line of a request takes, where a websocket has its key. */
    private static final int LONGEST = 16_384;
    private static final Pattern SPACE = Pattern.compile("\\s");

    private final Keys keys;
    private final ClaimRules rules;
    private final Clock clock;
    private final Map<String, Role> apiKeys;
    private final Cache<String, Caller> verified = Caffeine.newBuilder().maximumSize(REMEMBERED)
            .expireAfterWrite(Duration.ofMinutes(10)).build();

    Tokens(Settings settings, Keys keys, Clock clock) {
        this.keys = keys;
        this.rules = new ClaimRules(settings.jwt(), clock);
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
        var token = SignedToken.parse(compact);
        if (!token.hasKnownAlgorithm()) {
            throw TokenRefused.unproved();
        }
        return keys.find(token).map(candidates -> current(rules.caller(token, signer(token, candidates))));
    }

    private static VerificationKey signer(SignedToken token, List<VerificationKey> candidates) {
        return candidates.stream().filter(token::isSignedWith).findFirst().orElseThrow(TokenRefused::unproved);
    }

    private static String compact(String token) {
        if (token.length() > LONGEST) {
            throw TokenRefused.malformed();
        }
        try {
            return SPACE.matcher(URLDecoder.decode(token.replace("+", "%2B"), StandardCharsets.UTF_8)).replaceAll("");
        } catch (IllegalArgumentException e) {
            throw TokenRefused.malformed();
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

    private Caller current(Caller caller) {
        var late = Duration.between(caller.expiresAt(), clock.instant());
        if (!caller.expiresAt().equals(Instant.MAX) && !late.isNegative()) {
            throw TokenRefused.expired(late.toSeconds());
        }
        return caller;
    }
}

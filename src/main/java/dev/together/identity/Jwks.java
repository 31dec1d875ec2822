package dev.together.identity;

import java.security.interfaces.RSAKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jose4j.jwk.PublicJsonWebKey;
import org.jspecify.annotations.Nullable;

import dev.together.log.LogEvent;
import io.smallrye.mutiny.Uni;

/**
 * The public keys of the tokens' issuer, held in memory.
 *
 * <p>
 * They are read again when they are old, while the old ones serve; and when a token names an unknown one, which waits for
 * it, at most every ten seconds. A failed reading keeps what was known, and is tried again after as long.
 */
class Jwks {

    private static final Duration LEAST_BETWEEN_READINGS = Duration.ofSeconds(10);
    private static final int LEAST_RSA_BITS = 2_048;
    private static final Map<String, String> KEY_TYPES = Map.of("RS", "RSA", "ES", "EC", "Ed", "OKP");

    private final JwksReader reader;
    private final Duration refresh;
    private final Clock clock;

    private volatile List<PublicJsonWebKey> published = List.of();
    private volatile Instant readAt = Instant.EPOCH;
    private volatile boolean isMissing = true;
    private @Nullable Uni<Void> underWay;

    Jwks(JwksReader reader, Duration refresh, Clock clock) {
        this.reader = reader;
        this.refresh = refresh;
        this.clock = clock;
    }

    /** The keys that could have signed such a token; empty when there is none. */
    Uni<List<VerificationKey>> find(String algorithm, String keyId) {
        var known = known(algorithm, keyId);
        if (known.isEmpty() && isOlderThan(LEAST_BETWEEN_READINGS)) {
            return reading().map(done -> known(algorithm, keyId));
        }
        if (!known.isEmpty() && isOlderThan(isMissing ? LEAST_BETWEEN_READINGS : refresh)) {
            reading().subscribe().with(done -> {
                // Whoever comes next has them.
            });
        }
        return Uni.createFrom().item(known);
    }

    private boolean isOlderThan(Duration age) {
        return Duration.between(readAt, clock.instant()).compareTo(age) > 0;
    }

    private List<VerificationKey> known(String algorithm, String keyId) {
        var type = KEY_TYPES.get(algorithm.substring(0, 2));
        return published.stream()
                .filter(key -> keyId.isEmpty() || keyId.equals(key.getKeyId()))
                .filter(key -> key.getKeyType().equals(type))
                .map(key -> new VerificationKey(key.getPublicKey(), true))
                .toList();
    }

    /** The reading that is under way, or a new one: whoever needs the keys meanwhile waits for the same. Never fails. */
    private synchronized Uni<Void> reading() {
        if (underWay == null) {
            underWay = reader.read()
                    .invoke(this::keep)
                    .onFailure().invoke(this::miss)
                    .onFailure().recoverWithNull()
                    .replaceWithVoid()
                    .onTermination().invoke(this::hasRead)
                    .memoize().indefinitely();
        }
        return underWay;
    }

    private void keep(List<PublicJsonWebKey> read) {
        published = read.stream().filter(Jwks::isStrong).toList();
        isMissing = false;
    }

    private void miss(Throwable failure) {
        isMissing = true;
        LogEvent.warn(Keys.class, "jwks_read_failed").with(failure).log();
    }

    private synchronized void hasRead() {
        readAt = clock.instant();
        underWay = null;
    }

    private static boolean isStrong(PublicJsonWebKey key) {
        if (!(key.getPublicKey() instanceof RSAKey rsa) || rsa.getModulus().bitLength() >= LEAST_RSA_BITS) {
            return true;
        }
        LogEvent.warn(Keys.class, "jwks_key_refused").with("key_id", key.getKeyId())
                .with("error", "An RSA key has at least " + LEAST_RSA_BITS + " bits").log();
        return false;
    }
}

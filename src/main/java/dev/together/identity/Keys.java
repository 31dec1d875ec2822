package dev.together.identity;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctetSequenceJsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

import dev.together.Settings;
import dev.together.log.LogEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.unchecked.Unchecked;
import io.vertx.core.http.RequestOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.http.HttpClient;
import io.vertx.mutiny.core.http.HttpClientRequest;
import io.vertx.mutiny.core.http.HttpClientResponse;

/**
 * The keys that tokens may be signed with: the shared secret, and the issuer's public keys read from its JWKS address.
 *
 * <p>
 * The public keys are held in memory and read again when a token names an unknown one, at most every ten seconds, and
 * when they are older than {@code together.jwt.jwks-refresh}; a failed reading keeps the old ones.
 */
@Singleton
class Keys {

    private static final Duration LEAST_BETWEEN_READINGS = Duration.ofSeconds(10);
    private static final Duration READING_TIMEOUT = Duration.ofSeconds(5);
    private static final int LEAST_SECRET_BYTES = 32;

    private final Settings.Jwt settings;
    private final Clock clock;
    private final HttpClient http;
    private final Optional<Key> secret;

    private volatile List<JsonWebKey> published = List.of();
    private volatile Instant readAt = Instant.EPOCH;
    private @Nullable Uni<Void> underWay;

    Keys(Settings settings, Clock clock, Vertx vertx) {
        this.settings = settings.jwt();
        this.clock = clock;
        this.http = vertx.createHttpClient();
        this.secret = this.settings.secret().map(text -> new HmacKey(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Refuses to start where nobody could be recognised. */
    void start(@Observes StartupEvent event) {
        if (secret.isEmpty() && settings.jwksUrl().isEmpty()) {
            throw new ConfigurationException(
                    "No key to verify tokens with: set TOGETHER_JWT_SECRET (the secret that signs them,"
                            + " at least 32 bytes) or TOGETHER_JWT_JWKS_URL (where their issuer publishes its keys)");
        }
        if (secret.isPresent() && secret.get().getEncoded().length < LEAST_SECRET_BYTES) {
            throw new ConfigurationException("TOGETHER_JWT_SECRET is too short: it must have at least 32 bytes");
        }
    }

    /** The keys that could have signed such a token; empty when there is none. */
    Uni<List<Key>> find(String algorithm, String keyId) {
        var known = known(algorithm, keyId);
        if (settings.jwksUrl().isEmpty() || !isWorthReading(known)) {
            return Uni.createFrom().item(known);
        }
        return reading(settings.jwksUrl().get()).map(done -> known(algorithm, keyId));
    }

    private boolean isWorthReading(List<Key> known) {
        var age = Duration.between(readAt, clock.instant());
        return age.compareTo(settings.jwksRefresh()) > 0
                || (known.isEmpty() && age.compareTo(LEAST_BETWEEN_READINGS) > 0);
    }

    /** The reading that is under way, or a new one: whoever needs the keys meanwhile waits for the same. */
    private synchronized Uni<Void> reading(URI address) {
        if (underWay == null) {
            underWay = read(address)
                    .invoke(keys -> published = keys)
                    .onFailure().invoke(e -> LogEvent.warn(Keys.class, "jwks_read_failed").with(e).log())
                    .onFailure().recoverWithNull()
                    .replaceWithVoid()
                    .onTermination().invoke(this::hasRead)
                    .memoize().indefinitely();
        }
        return underWay;
    }

    private synchronized void hasRead() {
        readAt = clock.instant();
        underWay = null;
    }

    private List<Key> known(String algorithm, String keyId) {
        boolean symmetric = algorithm.startsWith("HS");
        var named = published.stream()
                .filter(key -> keyId.isEmpty() || keyId.equals(key.getKeyId()))
                .filter(key -> symmetric == key instanceof OctetSequenceJsonWebKey)
                .filter(key -> symmetric || key instanceof PublicJsonWebKey)
                .map(JsonWebKey::getKey)
                .toList();
        if (named.isEmpty() && symmetric && secret.isPresent()) {
            return List.of(secret.get());
        }
        return named;
    }

    private Uni<List<JsonWebKey>> read(URI address) {
        var options = new RequestOptions().setAbsoluteURI(address.toString());
        return http.request(options)
                .flatMap(HttpClientRequest::send)
                .invoke(Keys::requireSuccess)
                .flatMap(HttpClientResponse::body)
                .map(Unchecked.function(body -> parse(body.toString())))
                // The request's own time is over when its reply begins.
                .ifNoItem().after(READING_TIMEOUT).fail();
    }

    private static void requireSuccess(HttpClientResponse response) {
        if (!Set.of(200, 304).contains(response.statusCode())) {
            throw new IllegalStateException("The JWKS address answered " + response.statusCode());
        }
    }

    private static List<JsonWebKey> parse(String body) throws JoseException {
        return List.copyOf(new JsonWebKeySet(body).getJsonWebKeys());
    }
}

package dev.together.identity;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jose4j.keys.HmacKey;

import dev.together.Settings;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;

/** The keys that tokens may be signed with: the shared secrets, and what the issuer publishes at its JWKS address. */
@Singleton
class Keys {

    /** How often the public keys are read again. */
    private static final Duration REFRESH = Duration.ofMinutes(10);

    private final Settings.Jwt settings;
    private final List<VerificationKey> secrets;
    private final Optional<Jwks> published;

    Keys(Settings settings, Clock clock, Vertx vertx) {
        this.settings = settings.jwt();
        this.secrets = Stream.concat(this.settings.secret().stream(),
                this.settings.previousSecrets().orElse(List.of()).stream()).map(Keys::shared).toList();
        this.published = this.settings.jwksUrl().map(address -> new JwksReader(address,
                this.settings.jwksCertificates().orElse(List.of()), vertx))
                .map(reader -> new Jwks(reader, REFRESH, clock));
    }

    void start(@Observes StartupEvent event) {
        TrustCheck.require(settings);
    }

    /** The keys that could have signed such a token; empty when there is none. Who needs a secret waits for nothing. */
    Uni<List<VerificationKey>> find(SignedToken token) {
        if (token.algorithm().startsWith("HS")) {
            return Uni.createFrom().item(secrets);
        }
        return published.map(keys -> keys.find(token.algorithm(), token.keyId()))
                .orElseGet(() -> Uni.createFrom().item(List.of()));
    }

    private static VerificationKey shared(String secret) {
        return new VerificationKey(new HmacKey(secret.getBytes(StandardCharsets.UTF_8)), false);
    }
}

package dev.together.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.testing.AdjustableClock;
import dev.together.testing.Certificate;
import dev.together.testing.Issuer;
import dev.together.testing.TestProcess;
import dev.together.testing.TestSettings;
import dev.together.testing.TestTokens;
import io.vertx.mutiny.core.Vertx;

/** An issuer that publishes its keys badly, or not at all. */
class JwksTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long ENDLESS = 256L << 20;
    private static final long MORE_THAN_SOCKETS_HOLD = 32L << 20;

    private final UUID user = UUID.randomUUID();
    private final AdjustableClock clock = new AdjustableClock();
    private final Vertx vertx = Vertx.vertx();
    private final Issuer issuer = new Issuer();
    private final Tokens tokens = tokens(issuer, Map.of());

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @AfterEach
    void stop() {
        issuer.close();
        vertx.closeAndAwait();
    }

    @Test
    void an_address_that_stalled_many_times_is_read_again() throws Exception {
        var key = issuer.publish(EcJwkGenerator.generateJwk(EllipticCurves.P256), "key");
        for (int stalled = 1; stalled <= 7; stalled++) {
            issuer.silence(stalled % 2 == 0);
            issuer.stall(stalled % 2 == 1);
            assertThat(isTaken(signed(key, "ES256"))).isFalse();
            clock.advance(Duration.ofSeconds(11));
        }

        issuer.silence(false);
        issuer.stall(false);

        assertIsTakenSoon(key);
    }

    @Test
    void keys_without_an_end_are_not_read_to_it() throws Exception {
        var key = issuer.publish(EcJwkGenerator.generateJwk(EllipticCurves.P256), "key");
        issuer.pad(ENDLESS);

        assertThat(isTaken(signed(key, "ES256"))).isFalse();

        TestProcess.waitUntil(PATIENCE, () -> issuer.cutShort() > 0);
        assertThat(issuer.padded()).isLessThan(MORE_THAN_SOCKETS_HOLD);
        issuer.pad(0);
        assertIsTakenSoon(key);
    }

    @Test
    void keys_are_at_most_256_kibibytes() throws Exception {
        var key = issuer.publish(EcJwkGenerator.generateJwk(EllipticCurves.P256), "key");
        issuer.pad(256 << 10);

        assertThat(isTaken(signed(key, "ES256"))).isFalse();

        issuer.pad(255 << 10);
        assertIsTakenSoon(key);
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void old_keys_serve_while_new_ones_are_read(boolean isSilent) throws Exception {
        var key = issuer.publish(EcJwkGenerator.generateJwk(EllipticCurves.P256), "key");
        assertThat(isTaken(signed(key, "ES256"))).isTrue();

        issuer.silence(isSilent);
        issuer.stall(!isSilent);
        clock.advance(Duration.ofMinutes(11));

        assertThat(tokens.verify(signed(key, "ES256")).subscribeAsCompletionStage()).isDone()
                .isCompletedWithValueMatching(caller -> user.equals(caller.userId()));
        TestProcess.waitUntil(PATIENCE, () -> issuer.readings() == 2);
    }

    @Test
    void a_token_of_the_secret_does_not_wait_for_published_keys() {
        issuer.silence(true);

        assertThat(tokens.verify(TestTokens.ofUser(user)).subscribeAsCompletionStage()).isDone()
                .isCompletedWithValueMatching(caller -> user.equals(caller.userId()));

        assertThat(issuer.readings()).isZero();
    }

    @Test
    void a_signature_of_no_kind_asks_nobody() {
        for (var algorithm : new String[] { "none", "RSA1_5", "dir", "PS256", "" }) {
            var token = TestTokens.signed("{\"alg\":\"" + algorithm + "\",\"kid\":\"x\"}", "{}");

            assertThat(isTaken(token)).isFalse();
        }

        assertThat(issuer.readings()).isZero();
    }

    @Test
    void a_short_rsa_key_proves_nothing() throws Exception {
        var weak = issuer.publish(RsaJwkGenerator.generateJwk(1024), "weak");
        var strong = issuer.publish(RsaJwkGenerator.generateJwk(2048), "strong");

        assertThatThrownBy(() -> verify(signed(weak, "RS256"))).isInstanceOfSatisfying(TokenRefused.class,
                refused -> assertThat(refused.code()).isEqualTo("JwtSignatureError"));
        assertThat(verify(signed(strong, "RS256")).userId()).isEqualTo(user);
    }

    @Test
    void keys_are_taken_from_who_can_show_a_trusted_certificate_of_the_address() throws Exception {
        var right = Certificate.of(folder, "dns:localhost");
        var ofAnother = Certificate.of(folder, "dns:issuer.example");
        for (var shown : List.of(right, ofAnother)) {
            try (var secured = new Issuer(shown)) {
                var key = secured.publish(EcJwkGenerator.generateJwk(EllipticCurves.P256), "key");
                var token = signed(key, "ES256");
                var trusting = Map.of("together.jwt.jwks-certificates", shown.certificate().toString());

                assertThat(isTaken(tokens(secured, Map.of()), token)).isFalse();
                assertThat(isTaken(tokens(secured, trusting), token)).isEqualTo(shown.equals(right));
            }
        }
    }

    private Tokens tokens(Issuer from, Map<String, String> properties) {
        var all = new HashMap<>(Map.of("together.jwt.secret", TestTokens.SECRET, "together.jwt.jwks-url", from.address()));
        all.putAll(properties);
        var settings = TestSettings.with(all);
        return new Tokens(settings, new Keys(settings, clock, vertx), clock);
    }

    private void assertIsTakenSoon(PublicJsonWebKey key) {
        TestProcess.waitUntil(PATIENCE, () -> {
            clock.advance(Duration.ofSeconds(11));
            return isTaken(signed(key, "ES256"));
        });
    }

    private boolean isTaken(String token) {
        return isTaken(tokens, token);
    }

    private static boolean isTaken(Tokens tokens, String token) {
        try {
            return tokens.verify(token).await().atMost(PATIENCE).isUser();
        } catch (TokenRefused refused) {
            return false;
        }
    }

    private Caller verify(String token) {
        return tokens.verify(token).await().atMost(PATIENCE);
    }

    private String signed(PublicJsonWebKey key, String algorithm) {
        var jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue(algorithm);
        jws.setKey(key.getPrivateKey());
        jws.setDoKeyValidation(false);
        jws.setPayload(TestTokens.claims("authenticated", user.toString(), clock.instant().plus(Duration.ofHours(1))).toJson());
        jws.setKeyIdHeaderValue(key.getKeyId());
        try {
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }
}

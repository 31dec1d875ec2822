package dev.together.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.testing.AdjustableClock;
import dev.together.testing.Issuer;
import dev.together.testing.TestProcess;
import dev.together.testing.TestSettings;
import dev.together.testing.TestTokens;
import io.vertx.mutiny.core.Vertx;

/** An issuer that publishes its keys badly, or not at all. */
class JwksTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long ENDLESS = 256L << 20;

    private final UUID user = UUID.randomUUID();
    private final AdjustableClock clock = new AdjustableClock();
    private final Vertx vertx = Vertx.vertx();
    private final Issuer issuer = new Issuer();
    private final Tokens tokens = tokens();

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
        assertThat(issuer.padded()).isLessThan(ENDLESS / 2);
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

    private Tokens tokens() {
        var settings = TestSettings.with(Map.of("together.jwt.secret", TestTokens.SECRET, "together.jwt.jwks-url",
                issuer.address()));
        return new Tokens(settings, new Keys(settings, clock, vertx), clock);
    }

    private void assertIsTakenSoon(PublicJsonWebKey key) {
        TestProcess.waitUntil(PATIENCE, () -> {
            clock.advance(Duration.ofSeconds(11));
            return isTaken(signed(key, "ES256"));
        });
    }

    private boolean isTaken(String token) {
        try {
            return verify(token).isUser();
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

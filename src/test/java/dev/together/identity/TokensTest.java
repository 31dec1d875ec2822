package dev.together.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.testing.AdjustableClock;
import dev.together.testing.Issuer;
import dev.together.testing.TestProcess;
import dev.together.testing.TestSettings;
import dev.together.testing.TestTokens;
import io.vertx.mutiny.core.Vertx;

class TokensTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final UUID user = UUID.randomUUID();
    private final AdjustableClock clock = new AdjustableClock();
    private final Vertx vertx = Vertx.vertx();
    private final Issuer issuer = new Issuer();
    private Tokens tokens = tokens(Map.of());

    @BeforeEach
    void trustBoth() {
        tokens = tokens(Map.of("together.jwt.secret", TestTokens.SECRET, "together.jwt.jwks-url", issuer.address(),
                "together.api-keys", "sb_publishable_A_b_0123:anon, sb_secret_b_0123456789:service_role, "));
    }

    @AfterEach
    void stop() {
        issuer.close();
        vertx.closeAndAwait();
    }

    @ParameterizedTest
    @ValueSource(strings = { "HS256", "HS384", "HS512" })
    void a_shared_secret_proves_who_calls(String algorithm) throws Exception {
        var secret = "s".repeat(64);
        tokens = tokens(Map.of("together.jwt.secret", secret));
        var claims = claims("authenticated", user.toString());

        var caller = verify(signed(claims, algorithm, hmac(secret), null));

        assertThat(caller).isEqualTo(new Caller(Role.AUTHENTICATED, user,
                Instant.ofEpochSecond(claims.getExpirationTime().getValue())));
    }

    @Test
    void published_keys_prove_who_calls() throws Exception {
        var rsa = issuer.publish(RsaJwkGenerator.generateJwk(2048), "rsa");
        var ec = issuer.publish(EcJwkGenerator.generateJwk(EllipticCurves.P256), "ec");
        var okp = issuer.publish(OkpJwkGenerator.generateJwk("Ed25519"), "okp");

        assertThat(verify(signed(rsa, "RS256")).userId()).isEqualTo(user);
        assertThat(verify(signed(ec, "ES256")).userId()).isEqualTo(user);
        assertThat(verify(signed(okp, "EdDSA")).userId()).isEqualTo(user);
        assertThat(verify(TestTokens.ofUser(user)).userId()).isEqualTo(user);
        assertThat(issuer.readings()).isEqualTo(1);
    }

    @Test
    void a_key_that_is_not_known_yet_is_read_but_not_for_every_token() throws Exception {
        var old = issuer.publish(EcJwkGenerator.generateJwk(EllipticCurves.P256), "old");
        assertThat(verify(signed(old, "ES256")).userId()).isEqualTo(user);
        var fresh = issuer.publish(EcJwkGenerator.generateJwk(EllipticCurves.P256), "fresh");

        assertRefused(signed(fresh, "ES256"), "JwtSignatureError");
        clock.advance(Duration.ofSeconds(11));

        assertThat(verify(signed(fresh, "ES256")).userId()).isEqualTo(user);
        assertThat(issuer.readings()).isEqualTo(2);
    }

    @Test
    void keys_that_cannot_be_read_again_are_kept() throws Exception {
        var key = issuer.publish(EcJwkGenerator.generateJwk(EllipticCurves.P256), "key");
        assertThat(verify(signed(key, "ES256")).userId()).isEqualTo(user);

        issuer.failWith(500);
        clock.advance(Duration.ofMinutes(11));

        assertThat(verify(signed(key, "ES256")).userId()).isEqualTo(user);
    }

    @Test
    void keys_whose_reading_stalls_are_kept_and_read_again_later() throws Exception {
        var key = issuer.publish(EcJwkGenerator.generateJwk(EllipticCurves.P256), "key");
        assertThat(verify(signed(key, "ES256")).userId()).isEqualTo(user);

        issuer.stall(true);
        clock.advance(Duration.ofMinutes(11));
        assertThat(verify(signed(key, "ES256")).userId()).isEqualTo(user);
        issuer.stall(false);
        var fresh = issuer.publish(EcJwkGenerator.generateJwk(EllipticCurves.P256), "fresh");

        TestProcess.waitUntil(PATIENCE, () -> {
            clock.advance(Duration.ofSeconds(11));
            return isTaken(fresh);
        });
    }

    @Test
    void a_public_key_is_no_secret() throws Exception {
        var rsa = issuer.publish(RsaJwkGenerator.generateJwk(2048), "rsa");
        var asSecret = new HmacKey(rsa.getPublicKey().getEncoded());

        assertRefused(signed(claims("service_role", null), "HS256", asSecret, "rsa"), "JwtSignatureError");
        assertRefused(signed(claims("service_role", null), "HS256", asSecret, null), "JwtSignatureError");
    }

    @Test
    void an_unsigned_token_proves_nothing() {
        var header = encoded("{\"alg\":\"none\"}");
        var payload = encoded(claims("service_role", null).toJson());

        assertRefused(header + "." + payload + ".", "JwtSignatureError", "MalformedJWT");
    }

    @Test
    void a_token_that_was_changed_proves_nothing() {
        var parts = TestTokens.ofUser(user).split("\\.", -1);
        var forged = encoded(claims("service_role", null).toJson());

        assertRefused(parts[0] + "." + forged + "." + parts[2], "JwtSignatureError");
        assertRefused(parts[0] + "." + parts[1] + ".", "JwtSignatureError");
        assertRefused(parts[0] + "." + parts[1], "MalformedJWT");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", ".", "..", "nonsense", "a.b.c", "%", "%zz", "sb_publishable_unknown" })
    void what_is_no_token_is_refused(String token) {
        assertRefused(token, "MalformedJWT");
    }

    @Test
    void a_token_ends() {
        var token = TestTokens.ofUser(user, clock.instant().plusSeconds(60));
        assertThat(verify(token).userId()).isEqualTo(user);

        clock.advance(Duration.ofSeconds(65));

        assertRefused(token, "InvalidJWTToken");
        assertThatThrownBy(() -> verify(token)).hasMessageMatching("Token has expired [456] seconds ago");
    }

    @Test
    void role_end_and_user_are_required() {
        var endless = new JwtClaims();
        endless.setStringClaim("role", "authenticated");
        endless.setSubject(user.toString());

        assertRefused(TestTokens.signed(endless, TestTokens.SECRET), "InvalidJWTToken");
        assertRefused(TestTokens.signed(claims("nobody", user.toString()), TestTokens.SECRET), "InvalidJWTToken");
        assertRefused(TestTokens.signed(claims("authenticated", null), TestTokens.SECRET), "InvalidJWTToken");
        assertRefused(TestTokens.signed(claims("authenticated", "alice"), TestTokens.SECRET), "InvalidJWTToken");
        assertThat(verify(TestTokens.signed(claims("anon", null), TestTokens.SECRET)).role()).isEqualTo(Role.ANON);
    }

    @Test
    void only_a_signed_in_user_has_an_id() {
        var caller = verify(TestTokens.signed(claims("service_role", user.toString()), TestTokens.SECRET));

        assertThat(caller.userId()).isNull();
        assertThat(caller.isService()).isTrue();
    }

    @Test
    void opaque_keys_stand_for_roles() {
        assertThat(verify("sb_publishable_A_b_0123").role()).isEqualTo(Role.ANON);
        assertThat(verify("sb_secret_b_0123456789").isService()).isTrue();
    }

    @Test
    void a_token_that_travelled_in_an_address_is_read_all_the_same() {
        var token = TestTokens.ofUser(user);

        assertThat(verify(token.replace(".", "%2E")).userId()).isEqualTo(user);
        assertThat(verify(token.replace(".", ".\n ")).userId()).isEqualTo(user);
    }

    @Test
    void a_token_is_remembered_once_however_it_is_spelled() {
        var token = TestTokens.ofUser(user);
        var spellings = IntStream.range(0, token.length()).mapToObj(at -> token.substring(0, at) + " \n".repeat(at % 3)
                + String.format("%%%02x", (int) token.charAt(at)) + token.substring(at + 1));

        spellings.forEach(spelling -> assertThat(verify(spelling).userId()).isEqualTo(user));

        assertThat(tokens.countRemembered()).isEqualTo(1);
    }

    @Test
    void another_spelling_of_the_signature_proves_nothing() {
        var parts = TestTokens.ofUser(user).split("\\.", -1);
        var digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int last = digits.indexOf(parts[2].charAt(parts[2].length() - 1));
        var same = parts[2].substring(0, parts[2].length() - 1) + digits.charAt(last ^ 1);

        for (var signature : List.of(same, parts[2] + "=", parts[2] + "!", "!" + parts[2], parts[2] + ".")) {
            assertRefused(parts[0] + "." + parts[1] + "." + signature, "MalformedJWT");
        }
        for (var oddity : List.of("=", "!", "\u00e9")) {
            assertRefused(parts[0] + oddity + "." + parts[1] + "." + parts[2], "MalformedJWT", "JwtSignatureError");
            assertRefused(parts[0] + "." + parts[1] + oddity + "." + parts[2], "MalformedJWT", "JwtSignatureError");
        }
        assertThat(tokens.countRemembered()).isZero();
    }

    @Test
    void what_proves_nothing_is_not_remembered() {
        assertRefused(TestTokens.signed(claims("authenticated", user.toString()), "x".repeat(32)), "JwtSignatureError");
        assertRefused(TestTokens.ofUser(user) + " ".repeat(16_384), "MalformedJWT");

        assertThat(tokens.countRemembered()).isZero();
    }

    private Tokens tokens(Map<String, String> properties) {
        var settings = TestSettings.with(properties);
        return new Tokens(settings, new Keys(settings, clock, vertx), clock);
    }

    private Caller verify(String token) {
        return tokens.verify(token).await().atMost(PATIENCE);
    }

    private boolean isTaken(PublicJsonWebKey key) {
        try {
            return verify(signed(key, "ES256")).isUser();
        } catch (TokenRefused refused) {
            return false;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertRefused(String token, String... codes) {
        assertThatThrownBy(() -> verify(token)).isInstanceOfSatisfying(TokenRefused.class,
                refused -> assertThat(refused.code()).isIn((Object[]) codes));
    }

    private JwtClaims claims(String role, @Nullable String subject) {
        return TestTokens.claims(role, subject, clock.instant().plus(Duration.ofHours(1)));
    }

    private String signed(PublicJsonWebKey key, String algorithm) throws Exception {
        return signed(claims("authenticated", user.toString()), algorithm, key.getPrivateKey(), key.getKeyId());
    }

    private static String signed(JwtClaims claims, String algorithm, Key key,
            @Nullable String keyId) throws Exception {
        var jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue(algorithm);
        jws.setKey(key);
        jws.setDoKeyValidation(false);
        jws.setPayload(claims.toJson());
        if (keyId != null) {
            jws.setKeyIdHeaderValue(keyId);
        }
        return jws.getCompactSerialization();
    }

    private static Key hmac(String secret) {
        return new HmacKey(secret.getBytes(StandardCharsets.UTF_8));
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}

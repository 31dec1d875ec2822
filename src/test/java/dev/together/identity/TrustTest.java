package dev.together.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.together.testing.AdjustableClock;
import dev.together.testing.Issuer;
import dev.together.testing.TestSettings;
import dev.together.testing.TestTokens;
import io.vertx.mutiny.core.Vertx;

/** Whose tokens are trusted, for whom and since when. */
class TrustTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String OLD = "an-old-secret-that-signed-tokens-before";

    private final UUID user = UUID.randomUUID();
    private final AdjustableClock clock = new AdjustableClock();
    private final Vertx vertx = Vertx.vertx();
    private final Issuer issuer = new Issuer();

    @AfterEach
    void stop() {
        issuer.close();
        vertx.closeAndAwait();
    }

    @Test
    void only_tokens_of_the_named_issuers_are_taken() {
        var tokens = tokens(Map.of("together.jwt.issuer", "https://one.example/auth,two"));

        for (var taken : List.of("https://one.example/auth", "two")) {
            assertTaken(tokens, with("iss", taken));
        }
        for (var refused : List.of("https://one.example/auth/", "https://one.example", "TWO", "",
                "https://one.example/auth,two")) {
            assertRefused(tokens, with("iss", refused), "`iss`");
        }
        assertRefused(tokens, user(), "`iss`");
    }

    @Test
    void only_tokens_for_the_named_audiences_are_taken() {
        var tokens = tokens(Map.of("together.jwt.audience", "authenticated,together"));

        for (var taken : List.of("authenticated", List.of("together"), List.of("other", "together"))) {
            assertTaken(tokens, with("aud", taken));
        }
        for (var refused : List.of("other", "", "Together", List.of(), List.of("other"), "authenticated,together")) {
            assertRefused(tokens, with("aud", refused), "`aud`");
        }
        assertRefused(tokens, user(), "`aud`");
    }

    @Test
    void whoever_issued_it_for_whomever_is_fine_where_nobody_is_named() {
        assertTaken(tokens(Map.of()), with("iss", "anybody"));
        assertTaken(tokens(Map.of()), with("aud", List.of("anything")));
    }

    @Test
    void a_token_counts_from_its_time_with_thirty_seconds_for_clocks_that_differ() {
        var tokens = tokens(Map.of());
        for (var name : List.of("nbf", "iat")) {
            assertTaken(tokens, at(name, -3_600));
            assertTaken(tokens, at(name, 0));
            assertTaken(tokens, at(name, 29));
            assertRefused(tokens, at(name, 32), "`" + name + "`");
            assertRefused(tokens, at(name, 1_000_000), "`" + name + "`");
        }
    }

    @Test
    void a_token_that_comes_too_early_is_taken_later() {
        var tokens = tokens(Map.of());
        var early = TestTokens.signed(at("nbf", 60), TestTokens.SECRET);
        assertThatThrownBy(() -> verify(tokens, early)).isInstanceOf(TokenRefused.class);

        clock.advance(Duration.ofSeconds(31));

        assertThat(verify(tokens, early).userId()).isEqualTo(user);
    }

    @Test
    void every_secret_that_is_listed_is_good() {
        var tokens = tokens(Map.of("together.jwt.previous-secrets", "o".repeat(32) + "," + OLD));

        for (var secret : List.of(TestTokens.SECRET, OLD, "o".repeat(32))) {
            assertThat(verify(tokens, TestTokens.signed(user(), secret)).userId()).isEqualTo(user);
        }
        assertThatThrownBy(() -> verify(tokens, TestTokens.signed(user(), "x".repeat(32)))).hasMessageContaining("signature");
    }

    @Test
    void a_secret_that_is_not_listed_any_more_proves_nothing() {
        assertThatThrownBy(() -> verify(tokens(Map.of()), TestTokens.signed(user(), OLD))).hasMessageContaining("signature");
    }

    @Test
    void a_published_key_makes_nobody_the_service_unless_it_may() throws Exception {
        var key = issuer.publish(EcJwkGenerator.generateJwk(EllipticCurves.P256), "key");
        var jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue("ES256");
        jws.setKeyIdHeaderValue("key");
        jws.setKey(key.getPrivateKey());
        jws.setPayload(claims("service_role", null).toJson());
        var token = jws.getCompactSerialization();
        var published = Map.of("together.jwt.jwks-url", issuer.address());
        var allowed = Map.of("together.jwt.jwks-url", issuer.address(), "together.jwt.jwks-service-role", "true");

        assertThatThrownBy(() -> verify(tokens(published), token)).isInstanceOf(TokenRefused.class)
                .hasMessageContaining("service_role");
        assertThat(verify(tokens(allowed), token).isService()).isTrue();
        assertThat(verify(tokens(published), TestTokens.signed(claims("service_role", null), TestTokens.SECRET)).isService())
                .isTrue();
    }

    @Test
    void a_user_has_one_spelling() {
        var id = "abcdef01-2345-6789-abcd-ef0123456789";
        assertTaken(tokens(Map.of()), claims("authenticated", id));

        for (var other : List.of(id.toUpperCase(Locale.ROOT), "1-1-1-1-1", "{" + id + "}", "urn:uuid:" + id, id + " ",
                id.replace("-", ""), "0" + id, "000000000abcdef01-2345-6789-abcd-ef0123456789", "")) {
            assertRefused(tokens(Map.of()), claims("authenticated", other), "`sub`");
        }
    }

    private Tokens tokens(Map<String, String> properties) {
        var all = new HashMap<>(Map.of("together.jwt.secret", TestTokens.SECRET));
        all.putAll(properties);
        var settings = TestSettings.with(all);
        return new Tokens(settings, new Keys(settings, clock, vertx), clock);
    }

    private JwtClaims user() {
        return claims("authenticated", user.toString());
    }

    private JwtClaims claims(String role, @org.jspecify.annotations.Nullable String subject) {
        return TestTokens.claims(role, subject, clock.instant().plus(Duration.ofHours(1)));
    }

    private JwtClaims with(String name, Object value) {
        var claims = user();
        claims.setClaim(name, value);
        return claims;
    }

    private JwtClaims at(String name, long secondsFromNow) {
        return with(name, NumericDate.fromSeconds(clock.instant().getEpochSecond() + secondsFromNow).getValue());
    }

    private static void assertTaken(Tokens tokens, JwtClaims claims) {
        assertThat(verify(tokens, TestTokens.signed(claims, TestTokens.SECRET)).isUser()).as(claims.toJson()).isTrue();
    }

    private static void assertRefused(Tokens tokens, JwtClaims claims, String word) {
        assertThatThrownBy(() -> verify(tokens, TestTokens.signed(claims, TestTokens.SECRET))).as(claims.toJson())
                .isInstanceOf(TokenRefused.class).hasMessageContaining(word);
    }

    private static Caller verify(Tokens tokens, String token) {
        return tokens.verify(token).await().atMost(PATIENCE);
    }
}

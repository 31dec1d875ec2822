package dev.together.identity;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.testing.TestSettings;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.core.Vertx;

class KeysTest {

    private static final Vertx VERTX = Vertx.vertx();

    @AfterAll
    static void stop() {
        VERTX.closeAndAwait();
    }

    @Test
    void a_start_without_a_key_fails_and_says_what_to_set() {
        assertThatThrownBy(() -> start(Map.of())).hasMessageContaining("TOGETHER_JWT_SECRET")
                .hasMessageContaining("TOGETHER_JWT_JWKS_URL");
    }

    @Test
    void a_start_with_a_short_secret_fails() {
        assertThatThrownBy(() -> start(Map.of("together.jwt.secret", "x".repeat(31)))).hasMessageContaining("32 bytes");
    }

    @Test
    void a_start_with_a_short_previous_secret_fails() {
        assertThatThrownBy(() -> start(Map.of("together.jwt.secret", "x".repeat(32), "together.jwt.previous-secrets",
                "o".repeat(32) + "," + "o".repeat(31)))).hasMessageContaining("TOGETHER_JWT_PREVIOUS_SECRETS")
                .hasMessageContaining("32 bytes").hasMessageNotContaining("ooo");
    }

    @Test
    void a_previous_secret_alone_is_no_key() {
        assertThatThrownBy(() -> start(Map.of("together.jwt.previous-secrets", "o".repeat(32))))
                .hasMessageContaining("No key to verify tokens with");
    }

    @Test
    void a_secret_or_an_address_of_keys_is_enough() {
        assertThatCode(() -> start(Map.of("together.jwt.secret", "x".repeat(32)))).doesNotThrowAnyException();
        assertThatCode(() -> startWithKeysAt("http://127.0.0.1/keys")).doesNotThrowAnyException();
    }

    @Test
    void published_keys_need_an_issuer_and_an_audience_unless_any_will_do() {
        var address = "https://issuer.example/keys";

        assertThatThrownBy(() -> start(Map.of("together.jwt.jwks-url", address))).hasMessage(
                "With TOGETHER_JWT_JWKS_URL set TOGETHER_JWT_ISSUER (the `iss` of its tokens), or TOGETHER_JWT_ANY_ISSUER=true");
        assertThatThrownBy(() -> start(Map.of("together.jwt.jwks-url", address, "together.jwt.issuer", "https://issuer.example",
                "together.jwt.secret", "x".repeat(32), "together.jwt.any-audience", "false"))).hasMessage(
                        "With TOGETHER_JWT_JWKS_URL set TOGETHER_JWT_AUDIENCE (the `aud` of its tokens), or TOGETHER_JWT_ANY_AUDIENCE=true");
        assertThatCode(() -> start(Map.of("together.jwt.jwks-url", address, "together.jwt.issuer", "https://issuer.example",
                "together.jwt.audience", "authenticated"))).doesNotThrowAnyException();
        assertThatCode(() -> start(Map.of("together.jwt.jwks-url", address, "together.jwt.any-issuer", "true",
                "together.jwt.any-audience", "true"))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = { "https://issuer.example/keys", "HTTPS://issuer.example:8443/keys", "http://localhost:9000/keys",
            "http://127.0.0.1/keys", "http://127.9.9.9:1/keys", "http://[::1]:9000/keys" })
    void published_keys_are_read_by_https_or_on_this_machine(String address) {
        assertThatCode(() -> startWithKeysAt(address)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = { "http://issuer.example/keys", "http://127.0.0.1.example/keys", "http://localhost.example/keys",
            "http://10.0.0.1/keys", "http://127.0.0.1@issuer.example/keys", "http://1270.0.0.1/keys", "http://[fe80::1]/keys",
            "ftp://issuer.example/keys", "file:///keys", "/keys", "keys", "https:///keys", "https:keys",
            "https://user:word@issuer.example/keys" })
    void published_keys_at_any_other_address_end_the_start(String address) {
        assertThatThrownBy(() -> startWithKeysAt(address)).hasMessage(
                "TOGETHER_JWT_JWKS_URL must be an https address without a login, or an http address of this machine (localhost)");
    }

    @Test
    void a_start_with_a_certificate_that_is_not_there_fails() {
        assertThatThrownBy(() -> start(Map.of("together.jwt.secret", "x".repeat(32), "together.jwt.jwks-certificates",
                "/no/such.pem"))).hasMessage("TOGETHER_JWT_JWKS_CERTIFICATES names /no/such.pem, which cannot be read");
    }

    private static void startWithKeysAt(String address) {
        start(Map.of("together.jwt.jwks-url", address, "together.jwt.any-issuer", "true", "together.jwt.any-audience", "true"));
    }

    private static void start(Map<String, String> properties) {
        new Keys(TestSettings.with(properties), Clock.systemUTC(), VERTX).start(new StartupEvent());
    }
}

package dev.together.identity;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

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
    void a_secret_or_an_address_of_keys_is_enough() {
        assertThatCode(() -> start(Map.of("together.jwt.secret", "x".repeat(32)))).doesNotThrowAnyException();
        assertThatCode(() -> start(Map.of("together.jwt.jwks-url", "http://127.0.0.1/keys"))).doesNotThrowAnyException();
    }

    private static void start(Map<String, String> properties) {
        new Keys(TestSettings.with(properties), Clock.systemUTC(), VERTX).start(new StartupEvent());
    }
}

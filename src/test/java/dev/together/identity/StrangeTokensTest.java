package dev.together.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import dev.together.testing.StrangeTokens;
import dev.together.testing.TestSettings;
import dev.together.testing.TestTokens;
import io.vertx.mutiny.core.Vertx;

/** Tokens of every shape, signed as they should be. */
class StrangeTokensTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @AfterAll
    static void stop() {
        VERTX.closeAndAwait();
    }

    @Test
    void a_value_of_the_wrong_kind_is_no_token() {
        var tokens = tokens(Map.of("together.jwt.secret", TestTokens.SECRET));

        var taken = StrangeTokens.malformed().stream().map(token -> token + " " + outcome(tokens, token))
                .filter(outcome -> !outcome.endsWith("MalformedJWT")).toList();

        assertThat(taken).isEmpty();
    }

    @Test
    void whatever_a_token_says_it_is_taken_or_refused() {
        var settings = List.of(Map.of("together.jwt.secret", TestTokens.SECRET),
                Map.of("together.jwt.secret", TestTokens.SECRET, "together.jwt.issuer", "a", "together.jwt.audience", "a"),
                Map.of("together.jwt.secret", TestTokens.SECRET, "together.jwt.audience", "a"));
        for (var each : settings) {
            var tokens = tokens(each);

            var failed = StrangeTokens.all().map(token -> token + " " + outcome(tokens, token))
                    .filter(outcome -> !outcome.matches("(?s).* (taken|MalformedJWT|InvalidJWTToken|JwtSignatureError)"))
                    .toList();

            assertThat(failed).isEmpty();
        }
    }

    private static String outcome(Tokens tokens, String token) {
        try {
            assertThat(tokens.verify(token).await().atMost(PATIENCE).expiresAt().toEpochMilli()).isPositive();
            return "taken";
        } catch (TokenRefused refused) {
            return refused.code();
        } catch (RuntimeException failure) {
            return failure.toString();
        }
    }

    private static Tokens tokens(Map<String, String> properties) {
        var settings = TestSettings.with(properties);
        return new Tokens(settings, new Keys(settings, Clock.systemUTC(), VERTX), Clock.systemUTC());
    }
}

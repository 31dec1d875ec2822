package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.testing.Answer;
import dev.together.testing.Person;
import dev.together.testing.TestTokens;
import dev.together.testing.Wire;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

/** Which websockets are opened at all. */
@QuarkusTest
class UpgradeTest extends WithPeople {

    private static final String PATH = "/realtime/v1/websocket";

    @Test
    void a_key_is_required() {
        assertRefused(PATH + "?vsn=2.0.0", 401, "API key is missing");
        assertRefused(PATH + "?apikey=&vsn=2.0.0", 401, "API key is missing");
        assertRefused(PATH + "?apikey=nonsense&vsn=2.0.0", 401, "not a valid JWT");
        assertRefused(PATH + "?vsn=2.0.0&apikey=" + TestTokens.ofUser(UUID.randomUUID(), Instant.now().minusSeconds(9)), 401,
                "expired");
        assertRefused(PATH + "?vsn=2.0.0&apikey=" + TestTokens.signed(
                TestTokens.claims("anon", null, Instant.now().plusSeconds(60)), "x".repeat(32)), 401, "signature");
        assertRefused(PATH + "?vsn=2.0.0&apikey=sb_publishable_unknown", 401, "not a valid JWT");
    }

    @Test
    void an_unknown_version_is_refused_without_a_word() {
        assertThatThrownBy(() -> Wire.open(server, PATH + "?vsn=3.0.0&apikey=" + TestTokens.anon()))
                .hasCauseInstanceOf(WebSocketHandshakeException.class)
                .satisfies(failure -> assertThat(response(failure).statusCode()).isEqualTo(403));
    }

    @Test
    void the_version_is_1_when_nobody_says() {
        try (var wire = Wire.open(server, PATH + "?apikey=" + TestTokens.anon())) {
            wire.sendText("{\"topic\":\"phoenix\",\"event\":\"heartbeat\",\"payload\":{},\"ref\":\"1\"}");
            assertThat(wire.nextText()).startsWith("{\"topic\":\"phoenix\"");
        }
    }

    @Test
    void both_addresses_every_kind_of_key_and_unknown_parameters_are_fine() {
        for (var path : new String[] { PATH, "/socket/websocket" }) {
            for (var key : new String[] { TestTokens.anon(), TestTokens.service(), person().token,
                    "sb_publishable_test_0123456789",
                    "sb_secret_test_0123456789" }) {
                try (var wire = Wire.open(server, path + "?log_level=info&eventsPerSecond=10&apikey=" + key + "&vsn=2.0.0")) {
                    assertThat(wire.asks("phoenix", "heartbeat", new JsonObject()).status()).isEqualTo("ok");
                }
            }
        }
    }

    @Test
    void the_header_wins_over_the_query() {
        var bad = upgrade(server.resolve(PATH + "?vsn=2.0.0&apikey=" + TestTokens.anon())).header("x-api-key", "nonsense");

        assertThat(Person.send(bad).error()).isEqualTo("The token provided is not a valid JWT");
    }

    @Test
    void an_opaque_service_key_speaks_as_the_service() {
        var alice = person();
        try (var wire = Wire.open(server, PATH + "?apikey=sb_secret_test_0123456789&vsn=2.0.0")) {
            assertThat(wire.join(alice.topic(), new JsonObject()).status()).isEqualTo("ok");
        }
    }

    @Test
    void a_plain_request_is_told_that_this_is_a_websocket() {
        Answer answer = Person.send(HttpRequest.newBuilder(server.resolve(PATH + "?apikey=" + TestTokens.anon())).GET());

        assertThat(answer.status()).isEqualTo(426);
        assertThat(answer.error()).isEqualTo("This is a websocket");
    }

    @ParameterizedTest
    @ValueSource(strings = { "8", "12", "14", "nonsense" })
    void another_version_of_websockets_is_told_which_one_is_spoken(String version) {
        var answer = Person.send(HttpRequest.newBuilder(server.resolve(PATH + "?apikey=" + TestTokens.anon()))
                .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==").header("Sec-WebSocket-Version", version).GET());

        assertThat(answer.status()).isEqualTo(426);
        assertThat(answer.header("sec-websocket-version")).isEqualTo("13");
        assertThat(answer.error()).contains("13");
    }

    private void assertRefused(String path, int status, String word) {
        assertThatThrownBy(() -> Wire.open(server, path)).hasCauseInstanceOf(WebSocketHandshakeException.class)
                .satisfies(failure -> {
                    assertThat(response(failure).statusCode()).isEqualTo(status);
                    assertThat(Person.send(upgrade(server.resolve(path))).error()).contains(word);
                });
    }

    /** The body of a refusal, which a websocket client does not show. */
    private static HttpRequest.Builder upgrade(URI address) {
        return HttpRequest.newBuilder(address).header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
                .header("Sec-WebSocket-Version", "13").GET();
    }

    private static HttpResponse<?> response(Throwable failure) {
        return ((WebSocketHandshakeException) Objects.requireNonNull(failure.getCause())).getResponse();
    }
}

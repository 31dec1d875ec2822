package dev.together.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.together.testing.Answer;
import dev.together.testing.Person;
import dev.together.testing.TestTokens;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;

/** What all functions do alike. */
@QuarkusTest
class EveryFunctionTest extends WithPeople {

    private static final int MEBIBYTE = 1 << 20;

    @ParameterizedTest
    @MethodSource("dev.together.testing.Functions#names")
    void refuses_a_request_that_is_none(String function) {
        var body = BodyPublishers.ofString("{}");
        var token = person().token;

        Person.send(request(function, token, "text/html").POST(body)).isRefused(415, "application/json");
        Person.send(request(function, token, "application/json").GET()).isRefused(405, "POST");
        Person.send(request(function, token, "application/json").PUT(body)).isRefused(405, "POST");
        Person.send(request(function, token, "application/json").DELETE()).isRefused(405, "POST");
        for (var text : new String[] { "{", "{\"a\":}", "nonsense", "{} {}", "[", "\u0000" }) {
            Person.call(server, function, token, text).isRefused(400, "JSON");
        }
        for (var text : new String[] { "[]", "5", "\"text\"" }) {
            Person.call(server, function, token, text).isRefused(400, "JSON object");
        }
        Person.call(server, function, token, "[".repeat(100_000)).isRefused(400, "JSON");
        Person.call(server, function, token, "{\"meta\":" + "{\"a\":".repeat(50_000)).isRefused(400);
    }

    @ParameterizedTest
    @MethodSource("dev.together.testing.Functions#names")
    void refuses_a_body_that_is_too_large(String function) {
        var body = "{\"text\":\"" + "x".repeat(MEBIBYTE) + "\"}";
        var token = person().token;

        var refused = Person.call(server, function, token, body);

        refused.isRefused(413, "too large");
        assertThat(UUID.fromString(refused.header("x-request-id"))).isNotNull();
    }

    @Test
    void refuses_a_body_that_does_not_say_how_large_it_is() {
        var body = "{}".getBytes(StandardCharsets.UTF_8);
        var chunked = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
        var endless = BodyPublishers.ofInputStream(() -> new SequenceInputStream(new ByteArrayInputStream(body),
                new ByteArrayInputStream(new byte[3 * MEBIBYTE])));

        var refused = Person.send(request("list-conversations", person().token, "application/json").POST(chunked));

        refused.isRefused(411, "content-length");
        assertThat(UUID.fromString(refused.header("x-request-id"))).isNotNull();
        Person.send(Person.request(server, "chat-send").POST(endless)).isRefused(411, "content-length");
        Person.send(Person.request(server, "no-function").POST(endless)).isRefused(411, "content-length");
    }

    @ParameterizedTest
    @MethodSource("dev.together.testing.Functions#names")
    void refuses_a_caller_it_does_not_know(String function) {
        var someone = UUID.randomUUID();
        var expired = TestTokens.ofUser(someone, Instant.now().minusSeconds(60));
        var later = Instant.now().plusSeconds(60);
        var foreign = TestTokens.signed(TestTokens.claims("authenticated", someone.toString(), later), "x".repeat(32));
        var roleless = TestTokens.signed(TestTokens.claims("nobody", someone.toString(), later), TestTokens.SECRET);
        var subjectless = TestTokens.signed(TestTokens.claims("authenticated", null, later), TestTokens.SECRET);

        Person.send(Person.request(server, function).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}"))).isRefused(401, "bearer token is required");
        Person.call(server, function, "nonsense", "{}").isRefused(401, "not a valid JWT");
        Person.call(server, function, expired, "{}").isRefused(401, "expired");
        Person.call(server, function, foreign, "{}").isRefused(401, "signature");
        Person.call(server, function, roleless, "{}").isRefused(401, "`role`");
        Person.call(server, function, subjectless, "{}").isRefused(401, "`sub`");
    }

    @Test
    void an_unknown_function_is_not_found() {
        Person.call(server, "chat-forget", person().token, "{}").isRefused(404, "no such function");
    }

    @Test
    void the_request_id_comes_back_or_is_made() {
        var alice = person();
        var named = Person.send(request("list-conversations", alice.token, "application/json")
                .header("x-request-id", "trace/42").POST(BodyPublishers.ofString("{}")));
        var strange = Person.send(request("list-conversations", alice.token, "application/json")
                .header("x-request-id", "two words").POST(BodyPublishers.ofString("{}")));
        var refused = Person.call(server, "chat-send", "nonsense", "{}");

        assertThat(named.header("x-request-id")).isEqualTo("trace/42");
        assertThat(UUID.fromString(strange.header("x-request-id"))).isNotNull();
        assertThat(UUID.fromString(refused.header("x-request-id"))).isNotNull();
    }

    @Test
    void a_preflight_passes_without_a_key() {
        var preflight = Person.send(Person.request(server, "chat-send")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,apikey,content-type,x-client-info")
                .method("OPTIONS", BodyPublishers.noBody()));

        assertThat(preflight.status()).isEqualTo(200);
        assertThat(preflight.header("access-control-allow-origin")).isNotEmpty();
        assertThat(preflight.header("access-control-allow-methods")).contains("POST");
        assertThat(preflight.header("access-control-allow-headers")).contains("authorization", "apikey", "content-type",
                "x-client-info");
    }

    @Test
    void a_charset_in_the_content_type_is_fine() {
        Answer answer = Person.send(request("list-conversations", person().token, "application/json; charset=utf-8")
                .POST(BodyPublishers.ofString("{}")));

        assertThat(answer.status()).isEqualTo(200);
    }

    private HttpRequest.Builder request(String function, String token, String contentType) {
        return Person.request(server, function).header("Authorization", "Bearer " + token)
                .header("Content-Type", contentType);
    }
}

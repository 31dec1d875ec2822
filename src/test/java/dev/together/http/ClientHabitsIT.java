package dev.together.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.testing.Answer;
import dev.together.testing.OneProcess;
import dev.together.testing.Person;
import dev.together.testing.RawHttp;
import dev.together.testing.TestTokens;
import dev.together.testing.Wire;
import io.vertx.core.json.JsonObject;

/** What supabase-js, browsers and their libraries really send, and what they need of each answer. */
class ClientHabitsIT {

    private static final String ORIGIN = "Origin: https://frontend.example\r\n";
    private static final int LONG = 9_000;

    @RegisterExtension
    private static final OneProcess TOGETHER = new OneProcess();

    private final Person alice = new Person(TOGETHER.url());

    @Test
    void a_call_without_a_body_means_an_empty_object() {
        for (var type : new String[] { "application/json", "text/plain;charset=UTF-8" }) {
            Person.send(request("list-conversations").header("Content-Type", type).POST(BodyPublishers.noBody())).succeeds();
        }
        Person.send(request("list-conversations").POST(BodyPublishers.noBody())).succeeds();
        Person.send(request("list-conversations").method("POST", BodyPublishers.noBody())).succeeds();
        Person.send(request("chat-history").POST(BodyPublishers.noBody())).isRefused(400, "chat_id");
        var bare = RawHttp.head(TOGETHER.url(), "POST /functions/v1/list-conversations HTTP/1.1\r\nHost: localhost\r\n"
                + "Authorization: Bearer " + alice.token + "\r\n\r\n");
        assertThat(bare.statuses()).containsExactly(200);
    }

    @ParameterizedTest
    @ValueSource(strings = { "text/plain", "text/plain;charset=UTF-8", "Text/Plain", "application/json; charset=utf-8" })
    void json_that_is_called_text_is_taken_as_json(String type) {
        var chat = alice.opens();
        var body = BodyPublishers.ofString(Person.message(chat, "Hi").encode());

        Person.send(request("chat-send").header("Content-Type", type).POST(body)).succeeds();

        Person.send(request("chat-send").header("Content-Type", type).POST(BodyPublishers.ofString("Hi")))
                .isRefused(400, "JSON");
    }

    @ParameterizedTest
    @ValueSource(strings = { "application/xml", "multipart/form-data; boundary=x", "application/octet-stream" })
    void any_other_kind_of_body_is_refused(String type) {
        Person.send(request("list-conversations").header("Content-Type", type).POST(BodyPublishers.ofString("{}")))
                .isRefused(415, "application/json");
    }

    @ParameterizedTest
    @ValueSource(strings = { "text/html", "text/html,application/xhtml+xml;q=0.9", "application/xml", "nonsense", "*/*" })
    void json_is_answered_whatever_is_accepted(String accepted) {
        var answer = Person.send(request("list-conversations").header("Accept", accepted)
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString("{}")));

        assertThat(answer.succeeds().getJsonArray("conversations")).isEmpty();
        assertThat(answer.header("content-type")).startsWith("application/json");
        Person.send(request("chat-history").header("Accept", accepted).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}"))).isRefused(400, "chat_id");
    }

    @Test
    void a_compressed_body_is_refused_by_the_name_of_its_header() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write('{');
            gzip.write('}');
        }
        for (var encoding : new String[] { "gzip", "br", "GZIP", "gzip, identity" }) {
            Person.send(request("list-conversations").header("Content-Type", "application/json")
                    .header("Content-Encoding", encoding).POST(BodyPublishers.ofByteArray(packed.toByteArray())))
                    .isRefused(415, "content-encoding");
        }
        Person.send(request("list-conversations").header("Content-Type", "application/json")
                .header("Content-Encoding", "identity").POST(BodyPublishers.ofString("{}"))).succeeds();
    }

    @Test
    void a_long_token_calls_functions_and_opens_websockets() {
        var token = longToken();

        Person.call(TOGETHER.url(), "list-conversations", token, "{}").succeeds();
        try (var wire = Wire.open(TOGETHER.url(), token, "2.0.0")) {
            assertThat(wire.join(alice.topic(), new JsonObject()).status()).isEqualTo("ok");
            assertThat(wire.join(alice.topic(), new JsonObject().put("access_token", token)).status()).isEqualTo("ok");
        }
    }

    @Test
    void a_preflight_allows_whatever_header_it_asks_for() {
        var asked = "authorization,apikey,content-type,x-client-info,x-supabase-client-platform,x-supabase-client-runtime,"
                + "x-supabase-client-runtime-version,sentry-trace,baggage,traceparent,x-any-of-global-headers";
        var answer = Person.send(Person.request(TOGETHER.url(), "chat-send").header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", asked).method("OPTIONS", BodyPublishers.noBody()));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("access-control-allow-origin")).isEqualTo("https://frontend.example");
        assertThat(answer.header("access-control-allow-headers").split(", ?")).contains(asked.split(","));
        assertThat(answer.headers().allValues("vary")).anySatisfy(vary -> assertThat(vary).isEqualToIgnoringCase("origin"));
    }

    @Test
    void every_failure_can_be_read_by_the_page_that_caused_it() {
        var tooLong = "x".repeat(60_000);

        assertReadable(431, "headers", get("/functions/v1/chat-send", ORIGIN + "X-Long: " + tooLong + "\r\n"));
        assertReadable(431, "headers", get("/functions/v1/chat-send", "X-Long: " + tooLong + "\r\n" + ORIGIN));
        assertReadable(414, "first line", get("/functions/v1/chat-send?" + tooLong, ORIGIN));
        assertReadable(400, "HTTP", get("/functions/v1/chat-send", ORIGIN + "Broken\u0000: 1\r\n"));
        assertReadable(411, "content-length", post(ORIGIN + "Transfer-Encoding: chunked\r\n", "0\r\n\r\n"));
        assertReadable(413, "too large", post(ORIGIN + "Content-Length: 9999999\r\n", "{}"));
    }

    @Test
    void an_answer_is_what_it_says_it_is_and_is_kept_nowhere() {
        var answer = alice.calls("list-conversations", new JsonObject());
        var refused = Person.call(TOGETHER.url(), "chat-send", "nonsense", "{}");
        var unknown = Person.call(TOGETHER.url(), "no-function", alice.token, "{}");

        for (var each : new Answer[] { answer, refused, unknown }) {
            assertThat(each.header("x-content-type-options")).isEqualTo("nosniff");
            assertThat(each.header("cache-control")).isEqualTo("no-store");
            assertThat(each.header("vary")).isEqualToIgnoringCase("origin");
        }
        var file = Person.send(HttpRequest.newBuilder(TOGETHER.url().resolve("/openapi.yaml")));
        assertThat(file.header("x-content-type-options")).isEqualTo("nosniff");
    }

    @Test
    void the_management_port_shows_nothing_to_pages_of_other_origins() {
        var management = TOGETHER.process().management("/");
        for (var path : new String[] { "/q/health", "/q/health/live", "/q/metrics", "/nothing" }) {
            assertThat(RawHttp.head(management, get(path, ORIGIN)).header("access-control-allow-origin")).isEmpty();
            var preflight = RawHttp.head(management, get(path, ORIGIN + "Access-Control-Request-Method: GET\r\n")
                    .replaceFirst("GET", "OPTIONS"));
            assertThat(preflight.text()).as(path).doesNotContainIgnoringCase("access-control-allow-");
        }
    }

    @Test
    void http_2_without_tls_is_not_spoken() {
        var preface = """
                PRI * HTTP/2.0\r
                \r
                SM\r
                \r
                \0\0\0\4\0\0\0\0\0""";
        var upgrade = get("/functions/v1/chat-send", "Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\n"
                + "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n");

        assertThat(RawHttp.send(TOGETHER.url(), preface).statuses()).doesNotContain(200, 101);
        assertThat(RawHttp.send(TOGETHER.url(), preface).isClosed()).isTrue();
        assertThat(RawHttp.head(TOGETHER.url(), upgrade).statuses()).containsExactly(405);
    }

    private static void assertReadable(int status, String word, String bytes) {
        var answers = RawHttp.send(TOGETHER.url(), bytes);

        assertThat(answers.statuses()).as(answers.text()).containsExactly(status);
        assertThat(answers.header("access-control-allow-origin")).as(answers.text()).isIn("*", "https://frontend.example");
        assertThat(answers.header("content-type")).startsWith("application/json");
        assertThat(answers.text()).contains("{\"error\":").contains(word);
        assertThat(answers.isClosed()).isTrue();
    }

    private String longToken() {
        var claims = TestTokens.claims("authenticated", alice.id.toString(), Instant.now().plusSeconds(600));
        claims.setStringClaim("app_metadata", "x".repeat(LONG));
        return TestTokens.signed(claims, TestTokens.SECRET);
    }

    private HttpRequest.Builder request(String function) {
        return Person.request(TOGETHER.url(), function).header("Authorization", "Bearer " + alice.token);
    }

    private static String get(String path, String headers) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
    }

    private String post(String headers, String body) {
        return "POST /functions/v1/list-conversations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Authorization: Bearer " + alice.token + "\r\n" + headers + "\r\n" + body;
    }
}

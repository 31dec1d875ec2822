package dev.together.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.testing.Metrics;
import dev.together.testing.Person;
import dev.together.testing.Proxy;
import dev.together.testing.TestDatabase;
import dev.together.testing.TestProcess;
import dev.together.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class TogetherTest {

    @TestHTTPResource
    URI server;

    @TestHTTPResource(value = "/metrics", management = true)
    URI metrics;

    @Test
    void a_minted_token_is_good() {
        var run = run("token", "--user", UUID.randomUUID().toString());

        assertThat(run.code()).isZero();
        assertThat(Person.call(server, "list-conversations", run.out().strip(), "{}").status()).isEqualTo(200);
    }

    @Test
    void a_minted_token_says_who_issued_it_and_for_whom() {
        var run = run("token", "--user", UUID.randomUUID().toString(), "--issuer", "https://one.example,two", "--audience",
                "together,other");

        var claims = new JsonObject(new String(Base64.getUrlDecoder().decode(run.out().split("\\.", -1)[1]), UTF_8));
        assertThat(claims.getString("iss")).isEqualTo("https://one.example");
        assertThat(claims.getJsonArray("aud")).containsExactly("together", "other");
    }

    @Test
    void a_token_of_nobody_is_refused_with_a_sentence() {
        var run = run("token");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().strip()).isEqualTo("Say whose token it is: --user <id>");
    }

    @Test
    void send_says_something() {
        try (var alice = new Person(server)) {
            var wire = alice.online();
            var chat = alice.opens();

            var run = run("send", "--user", alice.id.toString(), "--chat", chat, "Hello");

            assertThat(run.code()).isZero();
            assertThat(new JsonObject(run.out()).getString("message")).isEqualTo("User message saved");
            assertThat(wire.hears("message-insert").content().getJsonObject("message").getString("text")).isEqualTo("Hello");
        }
    }

    @Test
    void send_into_a_strangers_conversation_fails_with_the_reason() {
        try (var alice = new Person(server)) {
            var run = run("send", "--user", UUID.randomUUID().toString(), "--chat", alice.opens(), "Hello");

            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err()).contains("404", "There is no such conversation, or it is not shared");
        }
    }

    @Test
    void tail_prints_what_comes_with_its_latency() {
        try (var alice = new Person(server)) {
            var chat = alice.opens();
            var live = new Metrics(metrics);
            double joins = live.value("together_joins_total");

            var tail = new Running("tail", "--user", alice.id.toString(), "--count", "1");
            live.becomes(now -> now > joins, "together_joins_total");
            alice.says(chat, "Hello");

            var line = new JsonObject(tail.ends().out());
            assertThat(line.getString("event")).isEqualTo("message-insert");
            assertThat(line.getLong("latency_ms")).isLessThan(10_000);
            assertThat(line.getJsonObject("payload").getJsonObject("message").getString("text")).isEqualTo("Hello");
        }
    }

    @Test
    void tail_joins_again_where_its_connection_ends_and_prints_what_it_missed_once() {
        tail_joins_again_after(Proxy::cut);
    }

    @Test
    void tail_joins_again_where_its_connection_is_lost_without_a_word() {
        tail_joins_again_after(Proxy::swallow);
    }

    private void tail_joins_again_after(Consumer<Proxy> loss) {
        try (var alice = new Person(server); var proxy = new Proxy(server)) {
            var chat = alice.opens();
            var live = new Metrics(metrics);
            double joins = live.value("together_joins_total");

            var tail = new Running("tail", "--url", proxy.url().toString(), "--user", alice.id.toString(), "--count", "3");
            live.becomes(now -> now > joins, "together_joins_total");
            alice.says(chat, "One");
            tail.prints("One");
            loss.accept(proxy);
            alice.says(chat, "Two");
            tail.prints("Two");
            alice.says(chat, "Three");

            assertThat(tail.ends().out().lines().map(TogetherTest::text)).containsExactly("One", "Two", "Three");
            assertThat(tail.ends().code()).isZero();
        }
    }

    @Test
    void tail_with_a_token_ends_with_its_connection() {
        try (var alice = new Person(server); var proxy = new Proxy(server)) {
            var chat = alice.opens();
            var live = new Metrics(metrics);
            double joins = live.value("together_joins_total");

            var tail = new Running("tail", "--url", proxy.url().toString(), "--user", alice.id.toString(), "--token",
                    alice.token);
            live.becomes(now -> now > joins, "together_joins_total");
            alice.says(chat, "One");
            tail.prints("One");
            proxy.cut();

            assertThat(tail.ends().code()).isEqualTo(1);
            assertThat(tail.ends().err()).contains("The connection ended");
        }
    }

    private static String text(String line) {
        return new JsonObject(line).getJsonObject("payload").getJsonObject("message").getString("text");
    }

    @Test
    void replay_prints_what_was_told_and_ends() {
        try (var alice = new Person(server)) {
            assertThat(alice.says(alice.opens(), "Hello").isEmpty()).isFalse();

            var run = run("replay", "--user", alice.id.toString(), "--since", "10m");

            assertThat(run.code()).isZero();
            assertThat(run.out().lines().map(JsonObject::new).map(line -> line.getString("event")))
                    .containsExactly("conversation-update", "message-insert");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "1h", "90m", "3600s", "1d", "PT1H", "2020-01-23T13:00:00Z" })
    void replay_begins_so_long_ago_or_at_a_time(String since) {
        try (var alice = new Person(server)) {
            assertThat(alice.opens()).isNotEmpty();

            assertThat(run("replay", "--user", alice.id.toString(), "--since", since).out()).contains("conversation-update");
        }
    }

    @Test
    void replay_since_nonsense_fails_with_the_reason() {
        var run = run("replay", "--user", UUID.randomUUID().toString(), "--since", "yesterday");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().strip()).isEqualTo("--since must be such as 10m, 2h, 3d or 2026-01-23T13:00:00Z, not yesterday");
    }

    @Test
    void a_secret_that_the_server_would_not_take_signs_nothing() {
        var run = run("token", "--user", UUID.randomUUID().toString(), "--secret", "short");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().strip()).isEqualTo("The secret must have at least 32 bytes");
    }

    @Test
    void the_doctor_finds_all_well() {
        var run = run("doctor", "--management", metrics.resolve("/").toString());

        assertThat(run.out().lines().map(JsonObject::new)).allSatisfy(check -> assertThat(check.getBoolean("well"))
                .as(check.encode()).isTrue());
        assertThat(run.out().lines().count()).isEqualTo(5);
        assertThat(run.code()).isZero();
    }

    @Test
    void the_doctor_sees_a_wrong_secret() {
        var run = run("doctor", "--secret", "another-secret-of-at-least-32-bytes-length");

        assertThat(run.code()).isEqualTo(1);
        assertThat(new JsonObject(run.out()).getBoolean("well")).isFalse();
    }

    private Run run(String... arguments) {
        return new Running(arguments).ends();
    }

    private record Run(int code, String out, String err) {
    }

    /** A command while it runs. */
    private class Running {

        private static final Duration PATIENCE = Duration.ofSeconds(40);

        private final StringWriter out = new StringWriter();
        private final StringWriter err = new StringWriter();
        private final CompletableFuture<Integer> code;

        Running(String... arguments) {
            var given = List.of(arguments);
            var common = Stream.of("--url=" + server, "--secret=" + TestTokens.SECRET)
                    .filter(option -> !given.contains(option.substring(0, option.indexOf('='))));
            var all = Stream.concat(Stream.of(arguments), common).toArray(String[]::new);
            var command = Together.command().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
            code = CompletableFuture.supplyAsync(() -> command.execute(all), task -> new Thread(task).start());
        }

        /** Waits until this has been printed; fails when it is not. */
        void prints(String text) {
            TestProcess.waitUntil(PATIENCE, () -> code.isDone() || out.toString().contains(text));
            assertThat(out.toString()).as(err.toString()).contains(text);
        }

        Run ends() {
            int ended = code.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
            return new Run(ended, out.toString(), err.toString());
        }
    }
}

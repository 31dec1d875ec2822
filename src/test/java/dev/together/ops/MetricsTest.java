package dev.together.ops;

import static java.net.http.HttpRequest.BodyPublishers.noBody;
import static java.net.http.HttpRequest.BodyPublishers.ofByteArray;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.together.testing.Answer;
import dev.together.testing.Metrics;
import dev.together.testing.Person;
import dev.together.testing.TestDatabase;
import dev.together.testing.TestTokens;
import dev.together.testing.Wire;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class MetricsTest {

    @TestHTTPResource
    URI server;

    @TestHTTPResource(value = "/metrics", management = true)
    URI address;

    private Metrics metrics;

    @BeforeEach
    void find() {
        metrics = new Metrics(address);
    }

    @Test
    void a_connection_is_counted_while_it_is_open() {
        try (var alice = new Person(server)) {
            // Those of other tests have ended.
            metrics.becomes(now -> now == 0, "together_connections");

            var wire = alice.online();

            metrics.becomes(now -> now == 1, "together_connections");
            wire.cut();
            metrics.becomes(now -> now == 0, "together_connections");
        }
    }

    @Test
    void requests_cannot_make_up_labels() {
        var odd = Person.send(HttpRequest.newBuilder(server.resolve("/functions/v1/invented")).method("INVENTED", noBody()));
        var large = Person
                .send(HttpRequest.newBuilder(server.resolve("/invented/path")).POST(ofByteArray(new byte[2_000_000])));

        assertThat(List.of(odd, large)).extracting(Answer::status).doesNotContain(200);
        metrics.becomes(count -> count > 0, "http_server_requests_seconds_count", "method=\"UNKNOWN\"");
        metrics.becomes(count -> count > 0, "http_server_requests_seconds_count", "method=\"POST\"", "uri=\"UNKNOWN\"");
        metrics.becomes(count -> count > 0, "together_refusals_total", "what=\"request\"", "reason=\"too_large\"");
        assertThat(metrics.text()).doesNotContainIgnoringCase("invented");
    }

    @Test
    void a_join_is_counted() {
        try (var alice = new Person(server)) {
            double before = metrics.value("together_joins_total");

            assertThat(alice.online().isOpen()).isTrue();

            assertThat(metrics.value("together_joins_total")).isGreaterThanOrEqualTo(before + 1);
        }
    }

    @Test
    void a_refused_join_is_counted_by_its_reason() {
        try (var eve = new Person(server); var alice = new Person(server)) {
            String[] labels = { "what=\"join\"", "reason=\"Unauthorized\"" };
            double before = metrics.value("together_refusals_total", labels);

            var reply = eve.wire("2.0.0").join(alice.topic(), new JsonObject().put("access_token", eve.token));

            assertThat(reply.status()).isEqualTo("error");
            assertThat(metrics.value("together_refusals_total", labels)).isEqualTo(before + 1);
        }
    }

    @Test
    void a_refused_upgrade_is_counted_by_its_reason() {
        String[] labels = { "what=\"upgrade\"", "reason=\"no_key\"" };
        double before = metrics.value("together_refusals_total", labels);

        assertThat(catchThrowable(() -> Wire.open(server, "/realtime/v1/websocket?vsn=2.0.0").close())).isNotNull();

        assertThat(metrics.value("together_refusals_total", labels)).isEqualTo(before + 1);
    }

    @Test
    void a_refused_request_is_counted_by_its_reason() {
        try (var alice = new Person(server); var eve = new Person(server)) {
            String[] refusal = { "what=\"request\"", "reason=\"not_found\"" };
            String[] send = { "kind=\"user\"", "outcome=\"refused\"" };
            var chat = alice.opens();
            double refusals = metrics.value("together_refusals_total", refusal);
            double sends = metrics.value("together_sends_total", send);

            assertThat(eve.calls("chat-send", Person.message(chat, "Hello")).status()).isEqualTo(404);

            assertThat(metrics.value("together_refusals_total", refusal)).isEqualTo(refusals + 1);
            assertThat(metrics.value("together_sends_total", send)).isEqualTo(sends + 1);
        }
    }

    @Test
    void sends_are_counted_by_kind_and_timed() {
        try (var alice = new Person(server)) {
            var chat = alice.opens();
            double users = metrics.value("together_sends_total", "kind=\"user\"", "outcome=\"saved\"");
            double batches = metrics.value("together_sends_total", "kind=\"batch\"", "outcome=\"saved\"");
            double timed = metrics.value("together_send_seconds_count");

            assertThat(alice.says(chat, "Hello").isEmpty()).isFalse();
            assertThat(alice.calls("chat-send", new JsonObject().put("chat_id", chat).put("mode", "voice").put("messages",
                    new JsonArray().add(new JsonObject().put("text", "One")).add(new JsonObject().put("text", "Two"))))
                    .status())
                    .isEqualTo(200);

            assertThat(metrics.value("together_sends_total", "kind=\"user\"", "outcome=\"saved\"")).isEqualTo(users + 1);
            assertThat(metrics.value("together_sends_total", "kind=\"batch\"", "outcome=\"saved\"")).isEqualTo(batches + 1);
            assertThat(metrics.value("together_send_seconds_count")).isEqualTo(timed + 2);
            assertThat(metrics.text()).contains("together_send_seconds_bucket{le=\"0.025\"}");
        }
    }

    @Test
    void delivery_is_timed_from_the_commit() {
        try (var alice = new Person(server)) {
            var chat = alice.opens();
            double before = metrics.value("together_delivery_seconds_count");

            var wire = alice.online();
            assertThat(alice.says(chat, "Hello").isEmpty()).isFalse();
            assertThat(wire.hears("message-insert").id()).isNotEmpty();

            metrics.becomes(now -> now >= before + 1, "together_delivery_seconds_count");
            assertThat(metrics.value("together_delivery_seconds_max")).isLessThan(10);
        }
    }

    @Test
    void a_replay_is_counted_with_its_size() {
        try (var alice = new Person(server)) {
            var chat = alice.opens();
            assertThat(alice.says(chat, "Hello").isEmpty()).isFalse();
            double before = metrics.value("together_replay_events_sum");
            var replay = new JsonObject().put("since", 0).put("limit", 10);
            var config = new JsonObject().put("private", true).put("broadcast", new JsonObject().put("replay", replay));

            var reply = alice.wire("2.0.0").join(alice.topic(),
                    new JsonObject().put("access_token", alice.token).put("config", config));

            assertThat(reply.status()).isEqualTo("ok");
            assertThat(metrics.value("together_replay_events_sum")).isEqualTo(before + 2);
        }
    }

    @Test
    void outbox_and_broker_are_told() {
        metrics.becomes(now -> now >= 0, "together_outbox_entries");
        metrics.becomes(now -> now >= 0, "together_outbox_age_seconds");
        assertThat(metrics.value("together_broker_connected")).isEqualTo(1);
        assertThat(metrics.text()).contains("together_queue_overflows_total ");
    }

    @Test
    void no_series_names_a_user_a_conversation_or_a_topic() {
        try (var alice = new Person(server)) {
            var chat = alice.opens();
            assertThat(Person.call(server, "no-such-function", TestTokens.ofUser(alice.id), "{}").status()).isEqualTo(404);
            assertThat(alice.online().isOpen()).isTrue();

            assertThat(metrics.text()).doesNotContain(chat, alice.id.toString(), "no-such-function", "user-realtime",
                    "uri=\"/realtime/v1/websocket");
        }
    }

}

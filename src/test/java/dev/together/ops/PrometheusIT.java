package dev.together.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

import dev.together.testing.FragileDatabase;
import dev.together.testing.Needs;
import dev.together.testing.Person;
import dev.together.testing.Program;
import dev.together.testing.Prometheus;
import dev.together.testing.TestProcess;
import dev.together.testing.TogetherProcess;
import dev.together.testing.Wire;
import io.vertx.core.json.JsonObject;

/** A real Prometheus understands every query of the dashboard and every alert, and has something to show for each. */
@SuppressWarnings("NullAway.Init") // set before all
@Needs(Program.PROMETHEUS)
class PrometheusIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Path DASHBOARD = Path.of("deploy/observability/grafana-dashboard.json");
    private static final Path ALERTS = Path.of("deploy/observability/alerts.yaml");
    private static final YAMLMapper YAML = new YAMLMapper();

    private static FragileDatabase database;
    private static TogetherProcess process;
    private static Prometheus prometheus;

    @BeforeAll
    static void start() throws IOException {
        database = FragileDatabase.start();
        process = TogetherProcess.start(database.environment());
        prometheus = Prometheus.start(process.management(""), YAML.writeValueAsString(Map.of("groups", groups())));
    }

    @AfterAll
    static void end() {
        prometheus.close();
        process.close();
        database.close();
    }

    @Test
    void every_panel_shows_something() throws IOException {
        for (var query : panels()) {
            showsAfterTalks(query);
        }
    }

    @Test
    void every_alert_looks_at_something_and_none_cries_for_nothing() throws IOException {
        for (var rule : groups().get(0).get("rules")) {
            showsAfterTalks(rule.get("expr").textValue().strip().replaceFirst("\\s(>|==) [\\d.]+$", ""));
        }

        TestProcess.waitUntil(PATIENCE, () -> IntStream.range(0, prometheus.rules().size())
                .allMatch(i -> prometheus.rules().getJsonObject(i).getString("state").equals("inactive")));
        var alerts = prometheus.rules();
        assertThat(alerts).hasSameSizeAs(groups().get(0).get("rules"));
        for (int i = 0; i < alerts.size(); i++) {
            var alert = alerts.getJsonObject(i);
            assertThat(alert.getString("health")).as(alert.encode()).isEqualTo("ok");
            assertThat(alert.getString("state")).as(alert.encode()).isEqualTo("inactive");
        }
    }

    private static void showsAfterTalks(String query) {
        TestProcess.waitUntil(PATIENCE, () -> {
            var found = prometheus.query(query);
            if (IntStream.range(0, found.size()).anyMatch(i -> isNumber(found.getJsonObject(i)))) {
                return true;
            }
            talk();
            return false;
        });
    }

    private static boolean isNumber(JsonObject series) {
        return !series.getJsonArray("value").getString(1).equals("NaN");
    }

    /** Somebody says something, a stranger is refused, and one who joins later hears it again. */
    private static void talk() {
        try (var alice = new Person(process.url()); var eve = new Person(process.url())) {
            var chat = alice.opens();
            try (var wire = alice.online()) {
                alice.says(chat, "Hello");
                wire.hears("message-insert");
            }
            assertThat(eve.calls("chat-send", Person.message(chat, "Hello")).status()).isEqualTo(404);
            replay(alice, alice.wire("2.0.0"));
        }
    }

    private static void replay(Person person, Wire wire) {
        var replay = new JsonObject().put("since", 0).put("limit", 10);
        var config = new JsonObject().put("private", true).put("broadcast", new JsonObject().put("replay", replay));
        var reply = wire.join(person.topic(), new JsonObject().put("access_token", person.token).put("config", config));
        assertThat(reply.status()).isEqualTo("ok");
    }

    private static JsonNode groups() throws IOException {
        return YAML.readTree(ALERTS.toFile()).get("spec").get("groups");
    }

    private static List<String> panels() throws IOException {
        var queries = new ArrayList<String>();
        var panels = new JsonObject(Files.readString(DASHBOARD)).getJsonArray("panels");
        for (int i = 0; i < panels.size(); i++) {
            var targets = panels.getJsonObject(i).getJsonArray("targets");
            for (int j = 0; j < targets.size(); j++) {
                queries.add(targets.getJsonObject(j).getString("expr")
                        .replace("$namespace", "test").replace("$__rate_interval", "10s"));
            }
        }
        return queries;
    }
}

package dev.together.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import dev.together.testing.Metrics;
import dev.together.testing.Person;
import dev.together.testing.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

/** What operators look at names metrics and labels that there are. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class DashboardTest {

    private static final Path DASHBOARD = Path.of("deploy/observability/grafana-dashboard.json");
    private static final Pattern SERIES = Pattern.compile("\\b([a-z_]+)\\{");
    private static final Pattern NAME = Pattern.compile("\\b(?:together|sql_pool)_[a-z_]+\\b");
    private static final Pattern BY = Pattern.compile("by \\(([^)]*)\\)");
    /** What Prometheus adds. */
    private static final Set<String> OF_PROMETHEUS = Set.of("namespace", "pod", "job", "le");

    @TestHTTPResource
    URI server;

    @TestHTTPResource(value = "/metrics", management = true)
    URI address;

    @Test
    void the_dashboard_asks_for_what_there_is() throws IOException {
        var lines = metricsAfterATalk();

        for (var query : queries()) {
            var series = SERIES.matcher(query);
            assertThat(series.find()).as(query).isTrue();
            var found = lines.stream()
                    .filter(line -> line.startsWith(series.group(1) + "{") || line.startsWith(series.group(1) + " "))
                    .toList();
            assertThat(found).as(query).isNotEmpty();
            assertThat(labels(query)).as(query).allSatisfy(label -> assertThat(found.get(0)).contains(label + "=\""));
        }
    }

    @Test
    void alerts_and_runbook_name_what_there_is() throws IOException {
        var names = metricsAfterATalk().stream().map(line -> line.replaceAll("[{ ].*", "")).collect(Collectors.toSet());

        for (var file : List.of("deploy/observability/alerts.yaml", "src/docs/runbook.md")) {
            for (var name : named(Files.readString(Path.of(file)))) {
                assertThat(names).as(file).anyMatch(known -> known.equals(name) || known.equals(name + "_count"));
            }
        }
    }

    private List<String> metricsAfterATalk() {
        try (var alice = new Person(server); var eve = new Person(server)) {
            var chat = alice.opens();
            var wire = alice.online();
            assertThat(alice.says(chat, "Hello").isEmpty()).isFalse();
            assertThat(wire.hears("message-insert").id()).isNotEmpty();
            assertThat(eve.calls("chat-send", Person.message(chat, "Hello")).status()).isEqualTo(404);
            return new Metrics(address).text().lines().filter(line -> !line.startsWith("#")).toList();
        }
    }

    private static List<String> queries() throws IOException {
        var queries = new ArrayList<String>();
        var panels = new JsonObject(Files.readString(DASHBOARD)).getJsonArray("panels");
        for (int i = 0; i < panels.size(); i++) {
            var targets = panels.getJsonObject(i).getJsonArray("targets");
            for (int j = 0; j < targets.size(); j++) {
                queries.add(targets.getJsonObject(j).getString("expr"));
            }
        }
        return queries;
    }

    private static Set<String> labels(String query) {
        var by = BY.matcher(query);
        var labels = by.find() ? new TreeSet<>(List.of(by.group(1).split(", "))) : new TreeSet<String>();
        labels.removeAll(OF_PROMETHEUS);
        return labels;
    }

    private static Set<String> named(String text) {
        return NAME.matcher(text).results().map(found -> found.group()).collect(Collectors.toSet());
    }
}

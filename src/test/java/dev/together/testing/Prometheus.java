package dev.together.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * A real Prometheus that looks at one process every second, as the one called {@code chat-send} in the namespace {@code test}.
 */
public class Prometheus implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(20);
    private static final String CONFIGURATION = """
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: [rules.yaml]
            scrape_configs:
              - job_name: chat-send
                metrics_path: /q/metrics
                static_configs:
                  - {targets: ['%s'], labels: {namespace: test, pod: one}}
            """;

    private final TestProcess process;
    private final URI address;

    private Prometheus(TestProcess process, URI address) {
        this.process = process;
        this.address = address;
    }

    /**
     * Starts one.
     *
     * @param target where {@code /q/metrics} is
     * @param rules a file of rules, as Prometheus reads them
     */
    public static Prometheus start(URI target, String rules) {
        int port = TestProcess.freePort();
        try {
            var folder = Files.createTempDirectory("together-prometheus-");
            Files.writeString(folder.resolve("prometheus.yaml"), CONFIGURATION.formatted(target.getAuthority()));
            Files.writeString(folder.resolve("rules.yaml"), rules);
            var command = List.of(Program.PROMETHEUS.path().toString(), "--config.file=" + folder.resolve("prometheus.yaml"),
                    "--storage.tsdb.path=" + folder.resolve("data"), "--web.listen-address=127.0.0.1:" + port);
            var prometheus = new Prometheus(TestProcess.start(command, Map.of(), TestProcess.log("prometheus-" + port)),
                    URI.create("http://127.0.0.1:" + port));
            prometheus.process.startsWithin(STARTS_WITHIN, prometheus::isReady);
            return prometheus;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it answers to a query now, one a series; fails where it does not understand the query. */
    public JsonArray query(String query) {
        var answer = get("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        return data(answer).getJsonArray("result");
    }

    /** The rules that it has, with how they fare. */
    public JsonArray rules() {
        var groups = data(get("/api/v1/rules")).getJsonArray("groups");
        return groups.isEmpty() ? new JsonArray() : groups.getJsonObject(0).getJsonArray("rules");
    }

    @Override
    public void close() {
        process.close();
    }

    private static JsonObject data(JsonObject answer) {
        if (!"success".equals(answer.getString("status"))) {
            throw new AssertionError(answer.encode());
        }
        return answer.getJsonObject("data");
    }

    private boolean isReady() {
        try {
            return send("/-/ready") == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private int send(String path) throws IOException {
        try {
            return HTTP.send(HttpRequest.newBuilder(address.resolve(path)).build(), BodyHandlers.discarding()).statusCode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private JsonObject get(String path) {
        try {
            var request = HttpRequest.newBuilder(URI.create(address + path)).build();
            return new JsonObject(HTTP.send(request, BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

package dev.together.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import com.fasterxml.jackson.databind.JsonNode;

import dev.together.deploy.Overlay.Pods;
import dev.together.testing.Needs;
import dev.together.testing.Program;

@Needs(Program.KUSTOMIZE)
class RoutesTest {

    private static final String FUNCTIONS = "/functions/v1/";
    private static final String TABLES = "/rest/v1";
    private static final String GATEWAY_API = "gateway.networking.k8s.io";

    /** Annotations on classes begin their line; those on methods do not. */
    private static final Pattern ROUTE = Pattern.compile("^@Path\\(\"(/[^\"]+)\"\\)", Pattern.MULTILINE);
    private static final List<String> WEBSOCKETS = List.of("/realtime/v1/websocket", "/socket/websocket");
    private static final String BROADCASTS_WITHOUT_GATEWAY = "/api/broadcast";

    static Stream<Overlay> overlays() throws IOException {
        return Overlay.all();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void every_path_has_one_route(Overlay overlay) throws IOException {
        assertThat(overlay.ofKind(GATEWAY_API, "HTTPRoute").stream().flatMap(RoutesTest::rules)
                .flatMap(rule -> Overlay.each(rule.path("matches"))).map(match -> match.at("/path/value").asText()))
                .containsExactlyInAnyOrderElementsOf(paths());
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void every_route_leads_to_pods_that_serve_it(Overlay overlay) {
        overlay.ofKind(GATEWAY_API, "HTTPRoute").stream().flatMap(RoutesTest::rules).forEach(rule -> {
            var pods = pods(overlay, rule);
            assertThat(Overlay.each(rule.path("matches")).map(match -> servedAs(match.at("/path/value").asText())))
                    .isNotEmpty().allMatch(pods::serves);
        });
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void a_websocket_is_announced_as_one_and_may_last(Overlay overlay) {
        var rule = overlay.ofKind(GATEWAY_API, "HTTPRoute").stream().flatMap(RoutesTest::rules)
                .filter(some -> WEBSOCKETS.contains(some.at("/matches/0/path/value").asText())).findFirst().orElseThrow();

        assertThat(port(overlay, rule.at("/backendRefs/0")).path("appProtocol").asText()).isEqualTo("kubernetes.io/ws");
        assertThat(rule.at("/timeouts/request").asText()).isEqualTo("0s");
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void no_pod_serves_what_there_is_not(Overlay overlay) throws IOException {
        var served = paths().stream().map(RoutesTest::servedAs).toList();

        assertThat(overlay.pods().stream().flatMap(pods -> pods.variable("TOGETHER_SERVES").stream())
                .flatMap(list -> Stream.of(list.split(",")))).isNotEmpty().isSubsetOf(served);
    }

    private static List<String> paths() throws IOException {
        try (var files = Files.walk(Path.of("src/main/java"))) {
            var paths = files.filter(file -> file.toString().endsWith(".java"))
                    .flatMap(file -> ROUTE.matcher(text(file)).results()).map((MatchResult found) -> found.group(1)).toList();
            return Stream.of(paths, WEBSOCKETS, List.of(BROADCASTS_WITHOUT_GATEWAY)).flatMap(List::stream).toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String servedAs(String path) {
        if (path.startsWith(TABLES)) {
            return "rest";
        }
        return path.startsWith(FUNCTIONS) ? path.substring(FUNCTIONS.length()) : "realtime";
    }

    private static Stream<JsonNode> rules(JsonNode route) {
        return Overlay.each(route.at("/spec/rules"));
    }

    /** The pods behind a rule: by the Service it names, or by the Knative Service whose host it asks for. */
    private static Pods pods(Overlay overlay, JsonNode rule) {
        var host = rule.at("/filters/0/urlRewrite/hostname").asText();
        if (!host.isEmpty()) {
            var knative = overlay.find("serving.knative.dev", "Service", host.substring(0, host.indexOf('.'))).orElseThrow();
            return new Pods(knative, knative.at("/spec/template/spec"));
        }
        var reference = rule.at("/backendRefs/0");
        assertThat(port(overlay, reference).path("targetPort").asText()).isEqualTo("http");
        var selector = service(overlay, reference).at("/spec/selector");
        return overlay.pods().stream().filter(pods -> hasLabels(pods, selector)).findFirst().orElseThrow();
    }

    private static JsonNode service(Overlay overlay, JsonNode reference) {
        return overlay.find("", "Service", reference.path("name").asText()).orElseThrow();
    }

    private static JsonNode port(Overlay overlay, JsonNode reference) {
        return Overlay.each(service(overlay, reference).at("/spec/ports"))
                .filter(port -> port.path("port").asInt() == reference.path("port").asInt()).findFirst().orElseThrow();
    }

    private static boolean hasLabels(Pods pods, JsonNode selector) {
        var labels = pods.owner().at("/spec/template/metadata/labels");
        return selector.properties().stream().allMatch(label -> label.getValue().equals(labels.get(label.getKey())));
    }
}

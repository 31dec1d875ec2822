package dev.together.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import com.fasterxml.jackson.databind.JsonNode;

import dev.together.deploy.Overlay.Pods;
import dev.together.testing.Needs;
import dev.together.testing.Program;

@Needs(Program.KUSTOMIZE)
class NetworkTest {

    private static final String GROUP = "networking.k8s.io";
    private static final Pattern PORT = Pattern.compile("://[^/]+:(\\d+)");
    /** What traces are sent to, by gRPC and by HTTP. */
    private static final List<String> OTLP = List.of("4317", "4318");

    static Stream<Overlay> overlays() throws IOException {
        return Overlay.all();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void pods_reach_what_the_settings_name_and_a_collector_of_traces(Overlay overlay) {
        var named = overlay.ofKind("", "ConfigMap").stream().flatMap(settings -> settings.path("data").properties().stream())
                .flatMap(setting -> PORT.matcher(setting.getValue().asText()).results()).map(port -> port.group(1)).toList();

        var open = Overlay.each(overlay.find(GROUP, "NetworkPolicy", "together").orElseThrow().at("/spec/egress"))
                .flatMap(rule -> Overlay.each(rule.path("ports"))).map(rule -> rule.path("port").asText()).toList();
        assertThat(named).isNotEmpty();
        assertThat(open).containsAll(named).containsAll(OTLP);
    }

    /** A variable that another one's value names must stand before it. */
    @ParameterizedTest
    @MethodSource("overlays")
    void every_pod_of_a_deployment_names_itself_in_its_traces(Overlay overlay) {
        assertThat(overlay.pods()).filteredOn(pods -> pods.areTogether() && Overlay.kind(pods.owner()).equals("Deployment"))
                .isNotEmpty().allSatisfy(NetworkTest::requireName);
    }

    private static void requireName(Pods pods) {
        assertThat(pods.variable("QUARKUS_OTEL_RESOURCE_ATTRIBUTES")).contains("k8s.pod.name=$(POD_NAME)");
        assertThat(Overlay.each(pods.container().path("env")).map((JsonNode entry) -> entry.path("name").asText()))
                .containsSubsequence("POD_NAME", "QUARKUS_OTEL_RESOURCE_ATTRIBUTES");
        assertThat(pods.container().path("env").findValuesAsText("fieldPath")).contains("metadata.name");
    }
}

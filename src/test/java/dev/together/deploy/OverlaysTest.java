package dev.together.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.together.deploy.Overlay.Pods;
import dev.together.testing.Needs;
import dev.together.testing.Program;

@Needs(Program.KUSTOMIZE)
class OverlaysTest {

    static Stream<Overlay> overlays() throws IOException {
        return Overlay.all();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void every_object_is_as_its_schema_says(Overlay overlay) {
        assertThat(overlay.objects()).isNotEmpty().allSatisfy(Schemas::validate);
    }

    @Test
    void a_field_that_no_schema_knows_is_found() throws IOException {
        var deployment = overlays().findFirst().orElseThrow().ofKind("apps", "Deployment").get(0).<ObjectNode> deepCopy();
        deployment.withObject("/spec/template/spec").put("terminationGracePeriod", 45);

        assertThatThrownBy(() -> Schemas.validate(deployment)).hasMessageContaining("terminationGracePeriod");
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void every_container_has_bounds_and_no_rights(Overlay overlay) {
        assertThat(overlay.pods().stream().flatMap(Pods::containers)).isNotEmpty().allSatisfy(container -> {
            for (var bound : List.of("/resources/requests/cpu", "/resources/requests/memory", "/resources/limits/cpu",
                    "/resources/limits/memory")) {
                assertThat(container.at(bound).asText()).as(bound).isNotEmpty();
            }
            var rights = container.path("securityContext");
            assertThat(rights.path("readOnlyRootFilesystem").asBoolean()).isTrue();
            assertThat(rights.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
            assertThat(rights.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
        });
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void no_container_is_root_or_may_call_what_it_likes(Overlay overlay) {
        assertThat(overlay.pods()).isNotEmpty().allSatisfy(pods -> assertThat(pods.containers()).allSatisfy(container -> {
            var rights = List.of(container.path("securityContext"), pods.spec().path("securityContext"));
            assertThat(rights).anyMatch(some -> some.path("runAsNonRoot").asBoolean());
            assertThat(rights).anyMatch(some -> some.path("runAsUser").asInt() > 0);
            assertThat(rights).anyMatch(some -> some.at("/seccompProfile/type").asText().equals("RuntimeDefault"));
        }));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void no_pod_has_a_token_of_the_cluster(Overlay overlay) {
        assertThat(overlay.pods())
                .allMatch(pods -> !pods.spec().path("automountServiceAccountToken").asBoolean(true));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void only_the_migration_has_the_login_that_owns_the_schema(Overlay overlay) {
        assertThat(overlay.pods()).filteredOn(Pods::areTogether).isNotEmpty().allSatisfy(
                pods -> assertThat(pods.spec().toString().contains("together-migration")).isEqualTo(pods.areAJob()));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void every_container_that_serves_is_probed(Overlay overlay) {
        assertThat(overlay.pods()).filteredOn(pods -> !pods.areAJob()).isNotEmpty().allSatisfy(pods -> {
            assertThat(pods.container().has("readinessProbe")).isTrue();
            assertThat(pods.container().has("livenessProbe")).isTrue();
            assertThat(pods.container().has("startupProbe") || isOfKnative(pods)).isTrue();
            // Knative sends the probe for liveness to the port of requests.
            assertThat(isOfKnative(pods) && pods.container().at("/livenessProbe").has("httpGet")).isFalse();
        });
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void a_deployment_gives_its_pods_time_to_drain(Overlay overlay) {
        assertThat(overlay.pods()).filteredOn(pods -> pods.areTogether() && Overlay.kind(pods.owner()).equals("Deployment"))
                .isNotEmpty().allSatisfy(pods -> {
                    var drain = pods.container().at("/lifecycle/preStop/sleep/seconds").asInt()
                            + seconds(pods, "TOGETHER_DRAIN_DELAY") + seconds(pods, "TOGETHER_DRAIN_WINDOW");
                    assertThat(pods.spec().path("terminationGracePeriodSeconds").asInt()).isGreaterThanOrEqualTo(drain + 10);
                    var rolling = pods.owner().at("/spec/strategy/rollingUpdate");
                    assertThat(rolling.path("maxUnavailable").asInt(1)).isZero();
                    assertThat(rolling.path("maxSurge").asInt()).isEqualTo(1);
                    assertThat(pods.owner().at("/spec/minReadySeconds").asInt()).isPositive();
                    assertThat(pods.spec().path("topologySpreadConstraints")).isNotEmpty();
                });
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void all_of_together_is_one_image(Overlay overlay) {
        assertThat(overlay.pods().stream().filter(Pods::areTogether).map(pods -> pods.container().path("image").asText())
                .collect(Collectors.toSet())).singleElement().asString().contains("together:");
        assertThat(overlay.pods().stream().flatMap(Pods::containers).map(container -> container.path("image").asText()))
                .allMatch(image -> image.matches(".+:[^:/]+") && !image.endsWith(":latest"));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void every_deployment_scales_by_one_autoscaler_and_never_to_zero(Overlay overlay) {
        var autoscalers = Stream.concat(overlay.ofKind("autoscaling", "HorizontalPodAutoscaler").stream(),
                overlay.ofKind("keda.sh", "ScaledObject").stream()).map(object -> object.path("spec")).toList();

        assertThat(autoscalers).extracting(spec -> spec.at("/scaleTargetRef/name").asText())
                .containsExactlyInAnyOrderElementsOf(deploymentsOfTogether(overlay));
        assertThat(autoscalers).allMatch(spec -> spec.path("minReplicas").asInt() + spec.path("minReplicaCount").asInt() >= 2);
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void every_deployment_has_a_disruption_budget(Overlay overlay) {
        assertThat(overlay.ofKind("policy", "PodDisruptionBudget")).extracting(Overlay::name)
                .containsExactlyInAnyOrderElementsOf(deploymentsOfTogether(overlay));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void every_configmap_that_is_named_is_there(Overlay overlay) {
        var names = overlay.ofKind("", "ConfigMap").stream().map(Overlay::name).toList();

        assertThat(overlay.pods().stream().flatMap(Pods::containers)
                .flatMap(container -> container.findValues("configMapRef").stream())
                .map((JsonNode reference) -> reference.path("name").asText())).isNotEmpty().isSubsetOf(names);
    }

    private static List<String> deploymentsOfTogether(Overlay overlay) {
        return overlay.pods().stream().filter(pods -> pods.areTogether() && Overlay.kind(pods.owner()).equals("Deployment"))
                .map(pods -> Overlay.name(pods.owner())).toList();
    }

    private static boolean isOfKnative(Pods pods) {
        return Overlay.group(pods.owner()).equals("serving.knative.dev");
    }

    private static int seconds(Pods pods, String variable) {
        return Integer.parseInt(pods.variable(variable).orElseThrow().replace("s", ""));
    }
}

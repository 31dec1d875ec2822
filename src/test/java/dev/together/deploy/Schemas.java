package dev.together.deploy;

import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;

/**
 * What Kubernetes lets through: its own kinds as its OpenAPI description has them, with required fields; the kinds of
 * others by the fields and types that they know.
 */
class Schemas {

    private static final String KUBERNETES = "io.kubernetes.client.openapi.models.";

    private static final Map<String, Class<?>> OTHERS = Map.of(
            "gateway.networking.k8s.io/v1 HTTPRoute", HTTPRoute.class,
            "gateway.networking.k8s.io/v1 Gateway", Gateway.class,
            "gateway.networking.k8s.io/v1beta1 ReferenceGrant", ReferenceGrant.class,
            "serving.knative.dev/v1 Service", io.fabric8.knative.serving.v1.Service.class,
            "monitoring.coreos.com/v1 ServiceMonitor", ServiceMonitor.class,
            "monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class,
            "keda.sh/v1alpha1 ScaledObject", ScaledObject.class);

    /** The models keep unknown fields aside; here they fail. */
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .annotationIntrospector(new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            }).build();

    private Schemas() {
    }

    /** Fails with what is wrong with the object. */
    static void validate(JsonNode object) {
        var version = object.path("apiVersion").asText();
        var other = OTHERS.get(version + " " + Overlay.kind(object));
        try {
            if (other == null) {
                validateOwn(object, version.substring(version.indexOf('/') + 1));
            } else if (STRICT.treeToValue(object, other) == null) {
                throw new AssertionError("empty");
            }
        } catch (ReflectiveOperationException | JsonProcessingException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new AssertionError(Overlay.kind(object) + " " + Overlay.name(object) + ": " + cause.getMessage(), e);
        }
    }

    private static void validateOwn(JsonNode object, String version) throws ReflectiveOperationException {
        var model = Class
                .forName(KUBERNETES + version.substring(0, 1).toUpperCase(Locale.ROOT) + version.substring(1)
                        + Overlay.kind(object));
        Object unused = model.getMethod("validateJsonElement", JsonElement.class)
                .invoke(null, JsonParser.parseString(object.toString()));
    }

    /** What is used of KEDA, for which there is no model: field for field as its reference describes a ScaledObject. */
    record ScaledObject(String apiVersion, String kind, Metadata metadata, Spec spec) {

        record Metadata(String name, String namespace, Map<String, String> labels) {
        }

        record Spec(Target scaleTargetRef, int pollingInterval, int minReplicaCount, int maxReplicaCount, Advanced advanced,
                List<Trigger> triggers) {
        }

        record Target(String apiVersion, String kind, String name) {
        }

        record Advanced(Autoscaler horizontalPodAutoscalerConfig) {
        }

        record Autoscaler(JsonNode behavior) {
        }

        record Trigger(String type, @Nullable String metricType, Map<String, String> metadata) {
        }
    }
}

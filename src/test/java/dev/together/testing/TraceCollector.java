package dev.together.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;

/** Where processes send their traces: speaks OTLP over HTTP, and keeps everything that came. */
public class TraceCollector implements AutoCloseable {

    private final HttpServer server;
    private final List<String> raw = new CopyOnWriteArrayList<>();
    private final List<Collected> spans = new CopyOnWriteArrayList<>();

    /**
     * A span as it came.
     *
     * @param pod which process it is of, by the name given in {@link #environment}
     * @param parentId empty for the first of a trace
     */
    public record Collected(String pod, String traceId, String id, String parentId, String name, Span.SpanKind kind,
            Map<String, String> attributes) {
    }

    private TraceCollector(HttpServer server) {
        this.server = server;
    }

    public static TraceCollector start() {
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            var collector = new TraceCollector(server);
            server.createContext("/v1/traces", collector::collect);
            server.start();
            return collector;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a process needs to send its traces here, but for being told to trace. */
    public Map<String, String> environment(String pod) {
        return Map.of(
                "QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + server.getAddress().getPort(),
                "QUARKUS_OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
                "QUARKUS_OTEL_RESOURCE_ATTRIBUTES", "k8s.pod.name=" + pod,
                "QUARKUS_OTEL_BSP_SCHEDULE_DELAY", "100ms");
    }

    public List<Collected> spans() {
        return List.copyOf(spans);
    }

    /** Everything that came, byte for byte. */
    public String raw() {
        return String.join("", raw);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void collect(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            raw.add(new String(body, StandardCharsets.UTF_8));
            ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().forEach(this::keep);
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private void keep(ResourceSpans ofPod) {
        var pod = attributes(ofPod.getResource().getAttributesList()).getOrDefault("k8s.pod.name", "");
        ofPod.getScopeSpansList().forEach(scope -> scope.getSpansList().forEach(span -> spans.add(
                new Collected(pod, hex(span.getTraceId()), hex(span.getSpanId()), hex(span.getParentSpanId()), span.getName(),
                        span.getKind(), attributes(span.getAttributesList())))));
    }

    private static Map<String, String> attributes(List<KeyValue> attributes) {
        return attributes.stream().collect(Collectors.toMap(KeyValue::getKey, attribute -> {
            var value = attribute.getValue();
            return value.hasIntValue() ? String.valueOf(value.getIntValue()) : value.getStringValue();
        }));
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}

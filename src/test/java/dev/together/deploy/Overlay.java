package dev.together.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

/**
 * One way to run Together on Kubernetes: what {@link Kustomize} makes of a folder of {@code deploy/kubernetes/overlays}.
 */
record Overlay(String name, List<JsonNode> objects) {

    private static final Path FOLDER = Path.of("deploy/kubernetes/overlays");
    private static final Map<String, Overlay> BUILT = new ConcurrentHashMap<>();
    private static final YAMLMapper YAML = new YAMLMapper();

    /** Every overlay there is. */
    static Stream<Overlay> all() throws IOException {
        var tool = Kustomize.command();
        try (var folders = Files.list(FOLDER)) {
            return folders.sorted().toList().stream()
                    .map(folder -> BUILT.computeIfAbsent(folder.getFileName().toString(), name -> build(tool, name)));
        }
    }

    private static Overlay build(List<String> tool, String name) {
        var command = new ArrayList<>(tool);
        command.add(FOLDER.resolve(name).toString());
        try {
            var process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            List<JsonNode> objects;
            try (var documents = YAML.readerFor(JsonNode.class).<JsonNode> readValues(process.getInputStream())) {
                objects = documents.readAll();
            }
            assertThat(process.waitFor()).as("exit status of %s", command).isZero();
            return new Overlay(name, objects);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    List<JsonNode> ofKind(String group, String kind) {
        return objects.stream().filter(object -> kind(object).equals(kind) && group(object).equals(group)).toList();
    }

    Optional<JsonNode> find(String group, String kind, String name) {
        return ofKind(group, kind).stream().filter(object -> name(object).equals(name)).findFirst();
    }

    /** Whatever runs containers: the object and the specification of its pods. */
    List<Pods> pods() {
        return objects.stream().filter(object -> object.at("/spec/template/spec/containers").isArray())
                .map(object -> new Pods(object, object.at("/spec/template/spec"))).toList();
    }

    static String kind(JsonNode object) {
        return object.path("kind").asText();
    }

    static String group(JsonNode object) {
        var version = object.path("apiVersion").asText();
        return version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
    }

    static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    static Stream<JsonNode> each(JsonNode array) {
        return Stream.iterate(0, index -> index < array.size(), index -> index + 1).map(array::get);
    }

    @Override
    public String toString() {
        return name;
    }

    /** What runs containers, and the specification of its pods. */
    record Pods(JsonNode owner, JsonNode spec) {

        boolean areTogether() {
            return "together".equals(container().path("name").asText());
        }

        JsonNode container() {
            return spec.at("/containers/0");
        }

        Stream<JsonNode> containers() {
            return Stream.concat(each(spec.path("initContainers")), each(spec.path("containers")));
        }

        /** What an environment variable of the first container says. */
        Optional<String> variable(String name) {
            return each(container().path("env")).filter(entry -> entry.path("name").asText().equals(name))
                    .map(entry -> entry.path("value").asText()).findFirst();
        }

        boolean serves(String function) {
            return variable("TOGETHER_SERVES").stream().flatMap(list -> Stream.of(list.split(","))).anyMatch(function::equals);
        }

        boolean areAJob() {
            return kind(owner).equals("Job");
        }

        @Override
        public String toString() {
            return kind(owner) + " " + name(owner);
        }
    }
}

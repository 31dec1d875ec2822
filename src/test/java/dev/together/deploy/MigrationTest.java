package dev.together.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import com.fasterxml.jackson.databind.JsonNode;

import dev.together.deploy.Overlay.Pods;
import dev.together.testing.Needs;
import dev.together.testing.Program;

@Needs(Program.KUSTOMIZE)
class MigrationTest {

    private static final Path INSTRUCTIONS = Path.of("deploy/kubernetes/base/migration.yaml");
    private static final Pattern COMMAND = Pattern.compile("^# +(kubectl .*)$", Pattern.MULTILINE);
    private static final Pattern SELECTION = Pattern.compile("apply .* -l ([^= ]+)=(\\S+)$");

    static Stream<Overlay> overlays() throws IOException {
        return Overlay.all();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void what_is_applied_first_is_the_migration_and_all_that_it_refers_to(Overlay overlay) throws IOException {
        var first = overlay.objects().stream().filter(selection()).map(MigrationTest::named).toList();
        var migration = overlay.pods().stream().filter(Pods::areAJob).findFirst().orElseThrow();

        assertThat(first).contains(named(migration.owner())).containsAll(references(migration.spec()))
                .noneMatch(name -> name.startsWith("Deployment"));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void what_is_waited_for_is_looked_for_where_the_overlay_puts_it(Overlay overlay) throws IOException {
        var migration = overlay.pods().stream().filter(Pods::areAJob).findFirst().orElseThrow().owner();

        assertThat(migration.at("/metadata/namespace").asText()).isNotEmpty();
        assertThat(commands()).filteredOn(command -> command.contains(" wait ")).singleElement().asString()
                .contains("kubectl -n <namespace> ", "job/" + Overlay.name(migration));
    }

    private static List<String> commands() throws IOException {
        return COMMAND.matcher(Files.readString(INSTRUCTIONS)).results().map(found -> found.group(1)).toList();
    }

    /** What the instructions select by a label. */
    private static Predicate<JsonNode> selection() throws IOException {
        var selector = commands().stream().map(SELECTION::matcher).filter(Matcher::find).findFirst().orElseThrow();
        return object -> object.at("/metadata/labels").path(selector.group(1)).asText().equals(selector.group(2));
    }

    /** Secrets are in no file. */
    private static List<String> references(JsonNode pods) {
        var settings = pods.findValues("configMapRef").stream()
                .map(reference -> "ConfigMap " + reference.path("name").asText());
        return Stream.concat(Stream.of("ServiceAccount " + pods.path("serviceAccountName").asText()), settings).toList();
    }

    private static String named(JsonNode object) {
        return Overlay.kind(object) + " " + Overlay.name(object);
    }
}

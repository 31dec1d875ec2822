package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.together.testing.Behaviour;
import dev.together.testing.WireScript;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;

/** What the upstream server's own tests check, tried here: each row of the table in {@code src/docs/protocol.md}. */
@QuarkusTest
class UpstreamTest extends WithPeople {

    private static final Path TESTS = Path.of("src/test/java/dev/together");
    /** Of a row that another test of ours tries. */
    private static final String BY = "by ";

    @Test
    void the_table_says_what_is_tried_and_nothing_else() {
        assertThat(Behaviour.rows()).isEqualTo(Behaviour.scripts().stream().map(Behaviour::row).toList());
        assertThat(Behaviour.rows().stream().map(Behaviour::id)).doesNotHaveDuplicates();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void a_row_that_another_test_tries_names_it(Behaviour behaviour, String test) throws IOException {
        var name = test.split("\\.", 2);
        try (var files = Files.walk(TESTS)) {
            var file = files.filter(path -> path.endsWith(name[0] + ".java")).findFirst().orElseThrow();
            assertThat(Files.readString(file)).as(behaviour.toString()).contains("void " + name[1] + "(");
        }
    }

    static Stream<Arguments> a_row_that_another_test_tries_names_it() {
        return Behaviour.scripts().stream().flatMap(behaviour -> behaviour.script().stream()
                .filter(line -> line.startsWith(BY)).map(line -> Arguments.of(behaviour, line.substring(BY.length()))));
    }

    @ParameterizedTest(name = "{0}, vsn {1}")
    @MethodSource
    void a_behaviour_is_as_the_table_says(Behaviour behaviour, String vsn) {
        assertThat(behaviour.script()).as(behaviour + " is tried").isNotEmpty();
        try (var script = new WireScript(server, vsn)) {
            script.run(scripted(behaviour));
        }
    }

    static Stream<Arguments> a_behaviour_is_as_the_table_says() {
        return Behaviour.scripts().stream().filter(behaviour -> behaviour.script().isEmpty() || !scripted(behaviour).isEmpty())
                .flatMap(behaviour -> Stream.of("1.0.0", "2.0.0")
                        .filter(vsn -> vsn.equals("2.0.0") || !WireScript.isV2Only(behaviour.script()))
                        .map(vsn -> Arguments.of(behaviour, vsn)));
    }

    private static List<String> scripted(Behaviour behaviour) {
        return behaviour.script().stream().filter(line -> !line.startsWith(BY)).toList();
    }
}

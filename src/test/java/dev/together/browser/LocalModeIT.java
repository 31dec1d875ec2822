package dev.together.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.together.testing.Person;

/** Local mode as the README starts it, without its page. */
class LocalModeIT {

    private static final Path COMMAND_LINE = Path.of("target/together-cli.jar");

    @Test
    void the_command_line_finds_it_well() throws Exception {
        if (!"true".equals(System.getenv("CI"))) {
            assumeTrue(Files.exists(COMMAND_LINE), "There is no " + COMMAND_LINE + ": `mvn -Pcli package` makes it");
        }
        try (var running = RunningLocally.start()) {
            var doctor = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar",
                    COMMAND_LINE.toString(), "doctor", "--url", running.url(), "--secret", RunningLocally.SECRET,
                    "--management", running.url()).redirectErrorStream(true).start();
            try (var output = doctor.inputReader()) {
                assertThat(output.lines()).hasSize(5).allMatch(check -> check.contains("\"well\":true"));
            }
            assertThat(doctor.waitFor()).isZero();
        }
    }

    @Test
    void a_second_start_on_the_same_data_ends_with_a_sentence_and_the_first_goes_on(@TempDir Path folder) throws Exception {
        var data = folder.resolve("postgres");
        try (var first = RunningLocally.start(data.toString()); var alice = new Person(URI.create(first.url()))) {
            assertThat(RunningLocally.refusal(data.toString())).isEqualTo("1 Together already runs on this data: " + data);

            assertThat(alice.opens()).isNotEmpty();
        }
    }

    @Test
    void a_start_after_a_kill_ends_the_database_that_was_left_over_and_finds_what_was_stored(@TempDir Path folder)
            throws Exception {
        var data = folder.resolve("postgres").toString();
        String token;
        try (var killed = RunningLocally.start(data); var alice = new Person(URI.create(killed.url()))) {
            token = alice.token;
            assertThat(alice.opens()).isNotEmpty();
            killed.kill();
        }

        try (var next = RunningLocally.start(data)) {
            var listed = Person.call(URI.create(next.url()), "list-conversations", token, "{}");
            assertThat(listed.body().getJsonArray("conversations")).hasSize(1);
        }
    }
}

package dev.together.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerfilesTest {

    private static final Set<String> INSTRUCTIONS = Set.of("FROM", "COPY", "RUN", "WORKDIR", "USER", "EXPOSE", "ENTRYPOINT");

    /** One instruction, its lines put together. */
    private record Instruction(String word, String rest) {

        static Instruction of(String line) {
            var parts = line.split("\\s+", 2);
            return new Instruction(parts[0], parts.length == 2 ? parts[1] : "");
        }

        boolean isOf(String expected) {
            return word.equals(expected);
        }

        /** What is left without options such as {@code --chown}. */
        String[] arguments() {
            return Stream.of(rest.split("\\s+")).filter(argument -> !argument.startsWith("--")).toArray(String[]::new);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "native", "jvm" })
    void it_is_made_of_known_instructions_and_pinned_images(String kind) throws IOException {
        var instructions = instructions(kind);

        assertThat(instructions).extracting(Instruction::word).isSubsetOf(INSTRUCTIONS);
        assertThat(instructions.get(0).word()).isEqualTo("FROM");
        assertThat(instructions).filteredOn(instruction -> instruction.isOf("FROM"))
                .allMatch(from -> from.arguments()[0].matches(".+:[^:/]+") && !from.arguments()[0].endsWith(":latest"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "native", "jvm" })
    void what_runs_is_not_root_and_gets_its_signals_itself(String kind) throws IOException {
        var last = lastStage(kind);

        assertThat(last).filteredOn(instruction -> instruction.isOf("USER")).singleElement()
                .matches(user -> user.rest().equals("1001"));
        assertThat(last).noneMatch(instruction -> instruction.isOf("RUN"));
        assertThat(last).filteredOn(instruction -> instruction.isOf("ENTRYPOINT")).singleElement()
                .matches(entry -> entry.rest().startsWith("[\"") && entry.rest().endsWith("\"]"));
        assertThat(last).filteredOn(instruction -> instruction.isOf("EXPOSE")).singleElement()
                .matches(ports -> ports.rest().equals("8080 9000"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "native", "jvm" })
    void what_is_copied_from_here_is_here_and_not_ignored(String kind) throws IOException {
        var admitted = Files.readAllLines(Path.of(".dockerignore")).stream().filter(line -> line.startsWith("!"))
                .map(line -> FileSystems.getDefault().getPathMatcher("glob:" + line.substring(1).replaceAll("/$", "{,/**}")))
                .toList();

        var copied = instructions(kind).stream()
                .filter(instruction -> instruction.isOf("COPY") && !instruction.rest().contains("--from"))
                .map(copy -> Path.of(copy.arguments()[0])).toList();

        assertThat(copied).isNotEmpty().allMatch(Files::exists)
                .allMatch(path -> admitted.stream().anyMatch(matcher -> matcher.matches(path)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "native", "jvm" })
    void what_is_copied_from_a_stage_is_from_one_that_is_there(String kind) throws IOException {
        var instructions = instructions(kind);
        var stages = instructions.stream()
                .filter(instruction -> instruction.isOf("FROM") && instruction.arguments().length == 3)
                .map(from -> from.arguments()[2]).toList();

        assertThat(instructions).filteredOn(instruction -> instruction.rest().contains("--from="))
                .isNotEmpty().allMatch(copy -> stages.contains(copy.rest().replaceAll(".*--from=(\\S+).*", "$1")));
    }

    private static List<Instruction> lastStage(String kind) throws IOException {
        var instructions = instructions(kind);
        var from = instructions.stream().filter(instruction -> instruction.isOf("FROM")).reduce((one, next) -> next)
                .orElseThrow();
        return instructions.subList(instructions.indexOf(from), instructions.size());
    }

    private static List<Instruction> instructions(String kind) throws IOException {
        var text = Files.readString(Path.of("deploy/Dockerfile." + kind)).replaceAll("(?m)^#.*\n", "").replaceAll("\\\\\n", "");
        return text.lines().filter(line -> !line.isBlank()).map(Instruction::of).toList();
    }
}

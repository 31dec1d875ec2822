package dev.together.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A program that tests use where it is installed, beside Java and Maven. Tests that do are marked with {@link Needs}: where it
 * is missing they are skipped by name, and on CI ({@code CI=true}) they fail.
 */
@SuppressWarnings("ImmutableEnumChecker") // the list is
public enum Program {
    NATS_SERVER("what is between pods", new Tool("nats-server")),
    PROMETHEUS("dashboard and alerts", new Tool("prometheus")),
    NODE("what runs in Node.js, the real supabase-js first", new Tool("node", List.of("--version"), "v(\\d+)\\.(\\d+)", 20, 0)),
    NPM("what runs in Node.js, the real supabase-js first", new Tool("npm")),
    CHROMIUM("the page", new Tool(Optional.ofNullable(System.getenv("CHROMIUM")).orElse("chromium"))),
    /** Debian 12 has none that is new enough. */
    KUSTOMIZE("the manifests", new Tool("kustomize", List.of("version"), "v(\\d+)\\.(\\d+)\\.\\d+", 5, 0),
            new Tool("kubectl", List.of("version", "--client", "-o", "json"), "\"gitVersion\": *\"v(\\d+)\\.(\\d+)", 1, 27));

    private final String tested;
    private final List<Tool> tools;

    Program(String tested, Tool... tools) {
        this.tested = tested;
        this.tools = List.of(tools);
    }

    /** Where it is; the first of them where several would do. */
    public Path path() {
        return find().orElseThrow(() -> new AssertionError(absence()));
    }

    /** Whether it is missing, and tests do without. */
    boolean isSkipped() {
        return find().isEmpty() && (this == KUSTOMIZE || !"true".equals(System.getenv("CI")));
    }

    String absence() {
        return "There is no " + tools.stream().map(Tool::toString).collect(Collectors.joining(", and no "))
                + " here. What is not tested: " + tested;
    }

    private Optional<Path> find() {
        return tools.stream().flatMap(tool -> tool.find().stream()).findFirst();
    }

    /**
     * One program that would do.
     *
     * @param version what to ask it for its version; never asked where any will do
     * @param saying how it says so: its major and minor number
     */
    private record Tool(String name, List<String> version, String saying, int leastMajor, int leastMinor) {

        Tool(String name) {
            this(name, List.of(), "", 0, 0);
        }

        Optional<Path> find() {
            if (name.contains("/")) {
                return Optional.of(Path.of(name)).filter(Files::isExecutable);
            }
            return Stream.of(System.getenv("PATH").split(File.pathSeparator)).flatMap(Tool::withServers)
                    .map(folder -> Path.of(folder, name)).filter(Files::isExecutable).filter(this::isNewEnough).findFirst();
        }

        /** Debian puts servers where only root looks. */
        private static Stream<String> withServers(String folder) {
            return folder.endsWith("/bin") ? Stream.of(folder, folder.replaceFirst("bin$", "sbin")) : Stream.of(folder);
        }

        private boolean isNewEnough(Path program) {
            if (version.isEmpty()) {
                return true;
            }
            var said = Pattern.compile(saying).matcher(output(program));
            return said.find() && isNewEnough(Integer.parseInt(said.group(1)), Integer.parseInt(said.group(2)));
        }

        private boolean isNewEnough(int major, int minor) {
            return major > leastMajor || (major == leastMajor && minor >= leastMinor);
        }

        private String output(Path program) {
            try {
                var command = Stream.concat(Stream.of(program.toString()), version.stream()).toList();
                var process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
                return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String toString() {
            return version.isEmpty() ? name : name + " of " + leastMajor + "." + leastMinor + " or newer";
        }
    }
}

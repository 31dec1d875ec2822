package dev.together.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;

/**
 * What builds the overlays: {@code kustomize} 5 or {@code kubectl} 1.27, or newer. Without one of them the tests skip and say
 * so, also on CI: Debian 12 has neither as a package.
 *
 * @param build the command that builds a folder
 * @param version the command that says which version it is
 * @param saying how it says so: its major and minor number
 */
record Kustomize(List<String> build, List<String> version, Pattern saying, int leastMajor, int leastMinor) {

    private static final List<Kustomize> KNOWN = List.of(
            new Kustomize(List.of("kustomize", "build"), List.of("kustomize", "version"),
                    Pattern.compile("v(\\d+)\\.(\\d+)\\.\\d+"), 5, 0),
            new Kustomize(List.of("kubectl", "kustomize"), List.of("kubectl", "version", "--client", "-o", "json"),
                    Pattern.compile("\"gitVersion\": *\"v(\\d+)\\.(\\d+)"), 1, 27));

    /** The command that builds a folder. */
    static List<String> find() {
        var found = new ArrayList<String>();
        for (var tool : KNOWN) {
            var version = tool.isInstalled() ? tool.installed() : Optional.<int[]> empty();
            if (version.isPresent() && tool.isNewEnough(version.get())) {
                return tool.build;
            }
            version.ifPresent(old -> found.add(tool.name() + " " + old[0] + "." + old[1]));
        }
        throw missing(found);
    }

    private static RuntimeException missing(List<String> found) {
        var wanted = KNOWN.stream().map(tool -> tool.name() + " " + tool.leastMajor + "." + tool.leastMinor)
                .collect(Collectors.joining(" or "));
        var sentence = "The manifests are not checked: %s or newer is needed, and here is %s".formatted(wanted,
                found.isEmpty() ? "neither" : "only " + String.join(" and ", found));
        System.err.println("SKIPPED: " + sentence);
        return Assumptions.<RuntimeException> abort(sentence);
    }

    private String name() {
        return build.get(0);
    }

    private boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, name())));
    }

    private boolean isNewEnough(int[] installed) {
        return installed[0] > leastMajor || (installed[0] == leastMajor && installed[1] >= leastMinor);
    }

    /** Major and minor number. */
    private Optional<int[]> installed() {
        try {
            var process = new ProcessBuilder(version).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            var said = saying.matcher(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            return said.find()
                    ? Optional.of(new int[] { Integer.parseInt(said.group(1)), Integer.parseInt(said.group(2)) })
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

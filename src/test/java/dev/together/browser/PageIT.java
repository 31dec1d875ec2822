package dev.together.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The page of local mode in a real browser: starts what the README's first command starts, and runs the stories in
 * {@code src/test/browser} against it. Part of {@code mvn -Plocal verify}. Screenshots are left in {@code target/screenshots}.
 *
 * <p>
 * Needs Chromium and Node.js 20 or newer. Where one is missing it is skipped; with {@code CI=true} it fails.
 */
class PageIT {

    private static final Path STORIES = Path.of("src/test/browser").toAbsolutePath();
    private static final Path SCREENSHOTS = Path.of("target/screenshots").toAbsolutePath();
    private static final String CHROMIUM = Optional.ofNullable(System.getenv("CHROMIUM")).orElse("chromium");

    @BeforeEach
    void require_a_browser() {
        for (var program : new String[] { CHROMIUM, "node", "npm" }) {
            if (find(program).isEmpty()) {
                skip("The page was not tested: there is no " + program
                        + " here (on Debian: apt-get install chromium nodejs npm)");
            }
        }
    }

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void the_stories_of_the_page_come_true_in_a_browser() throws Exception {
        run(Map.of(), "npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund");

        try (var together = RunningLocally.start()) {
            run(Map.of("URL", together.url(), "TOGETHER_JWT_SECRET", RunningLocally.SECRET, "CHROMIUM",
                    find(CHROMIUM).orElseThrow().toString(), "SCREENSHOTS", SCREENSHOTS.toString()),
                    "node", "--test", "--test-reporter=spec", ".");
        }

        assertThat(SCREENSHOTS.resolve("light.png")).isNotEmptyFile();
    }

    private static void run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).directory(STORIES.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        var process = builder.start();
        try (var output = process.inputReader()) {
            output.lines().forEach(System.out::println);
            assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
        } finally {
            process.destroy();
        }
    }

    private static Optional<Path> find(String program) {
        if (program.contains("/")) {
            return Optional.of(Path.of(program)).filter(Files::isExecutable);
        }
        return Arrays.stream(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, program)).filter(Files::isExecutable).findFirst();
    }

    private static void skip(String sentence) {
        if ("true".equals(System.getenv("CI"))) {
            fail(sentence);
        }
        System.err.println(sentence);
        assumeTrue(false, sentence);
    }
}

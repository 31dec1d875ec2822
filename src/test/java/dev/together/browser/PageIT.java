package dev.together.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.together.testing.Needs;
import dev.together.testing.Program;

/**
 * The page of local mode in a real browser: starts what the README's first command starts, and runs the stories in
 * {@code src/test/browser} against it. Part of {@code mvn -Plocal verify}. Screenshots are left in {@code target/screenshots}.
 */
@Needs({ Program.CHROMIUM, Program.NODE, Program.NPM })
class PageIT {

    private static final Path STORIES = Path.of("src/test/browser").toAbsolutePath();
    private static final Path SCREENSHOTS = Path.of("target/screenshots").toAbsolutePath();

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void the_stories_of_the_page_come_true_in_a_browser() throws Exception {
        run(Map.of(), "npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund");

        try (var together = RunningLocally.start()) {
            run(Map.of("URL", together.url(), "TOGETHER_JWT_SECRET", RunningLocally.SECRET, "CHROMIUM",
                    Program.CHROMIUM.path().toString(), "SCREENSHOTS", SCREENSHOTS.toString()),
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
}

package dev.together;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import dev.together.testing.Needs;
import dev.together.testing.Program;
import dev.together.testing.TestTokens;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;

/** Runs the tests in {@code src/test/client}, which use the real supabase-js in Node. */
@QuarkusTest
@Needs({ Program.NODE, Program.NPM })
class SupabaseClientTest extends WithPeople {

    private static final Path SOURCES = Path.of("src/test/client");
    private static final Path GUIDE = Path.of("src/docs/from-supabase.md");
    private static final Path FOLDER = Path.of("target/client");
    private static final Path OUTPUT = Path.of("target/client-output.txt");
    private static final int MOST_MINUTES = 10;

    @Test
    void the_real_client_works_unchanged() throws Exception {
        copySources();

        assertThat(runs("npm", "ci", "--no-audit", "--no-fund")).as("npm ci").isTrue();
        assertThat(runs("node", "--test", "--test-reporter=spec")).as("node --test, see above").isTrue();
    }

    private static void copySources() throws IOException {
        Files.createDirectories(FOLDER);
        try (var files = Files.list(SOURCES)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, FOLDER.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Runs a command with its output shown; whether it succeeded. */
    private boolean runs(String... command) throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        var builder = new ProcessBuilder(List.of(command)).directory(FOLDER.toFile())
                .redirectErrorStream(true).redirectOutput(OUTPUT.toFile());
        builder.environment().put("TOGETHER_URL", "http://127.0.0.1:" + server.getPort());
        builder.environment().put("TOGETHER_SECRET", TestTokens.SECRET);
        builder.environment().put("TOGETHER_GUIDE", GUIDE.toAbsolutePath().toString());
        var process = builder.start();
        boolean hasEnded = process.waitFor(MOST_MINUTES, TimeUnit.MINUTES);
        if (!hasEnded) {
            process.destroyForcibly().waitFor();
        }
        System.out.println(Files.readString(OUTPUT));
        return hasEnded && process.exitValue() == 0;
    }
}

package dev.together;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.together.testing.Needs;
import dev.together.testing.NodeClient;
import dev.together.testing.Program;
import dev.together.testing.TestTokens;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;

/** Runs the tests in {@code src/test/client}, which use the real supabase-js in Node. */
@QuarkusTest
@Needs({ Program.NODE, Program.NPM })
class SupabaseClientTest extends WithPeople {

    private static final Path GUIDE = Path.of("src/docs/from-supabase.md");
    private static final Path FOLDER = Path.of("target/client");

    @Test
    void the_real_client_works_unchanged() throws Exception {
        var client = new NodeClient(FOLDER, Map.of(
                "TOGETHER_URL", "http://127.0.0.1:" + server.getPort(),
                "TOGETHER_SECRET", TestTokens.SECRET,
                "TOGETHER_GUIDE", GUIDE.toAbsolutePath().toString()));

        assertThat(client.runs("node", "--test", "--test-reporter=spec")).as("node --test, see above").isTrue();
    }
}

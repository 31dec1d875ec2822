package dev.together;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Statements name their columns: what a table has more than those may change while it is used. */
class ColumnsTest {

    private static final Pattern STATEMENT = Pattern.compile("\"\"\"(.*?)\"\"\"", Pattern.DOTALL);
    private static final String TABLE = "(?:conversations|conversations_participants|messages|conversation_updates|outbox)";
    private static final Pattern ALIAS = Pattern.compile("(?:from|join)\\s+" + TABLE + "\\s+(?:as\\s+)?(\\w+)");
    private static final Pattern ALL_COLUMNS = Pattern
            .compile("select\\s+(?:\\*|[^()]*,\\s*\\*)[^()]*\\bfrom\\s+" + TABLE + "\\b|returning\\s+\\*");

    static List<Path> sources() throws IOException {
        try (var files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("sources")
    void no_statement_asks_a_table_for_all_columns(Path source) {
        assertThat(statements(source)).allSatisfy(statement -> {
            assertThat(statement).doesNotContainPattern(ALL_COLUMNS);
            assertThat(aliases(statement))
                    .noneMatch(alias -> Pattern.compile("\\b" + alias + "\\.\\*").matcher(statement).find());
        });
    }

    private static List<String> statements(Path source) {
        try {
            return STATEMENT.matcher(Files.readString(source)).results().map(found -> found.group(1)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> aliases(String statement) {
        return ALIAS.matcher(statement).results().map(found -> found.group(1)).toList();
    }
}

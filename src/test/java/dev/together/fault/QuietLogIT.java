package dev.together.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.together.testing.Answer;
import dev.together.testing.OneProcess;
import dev.together.testing.Person;
import dev.together.testing.Sql;
import io.vertx.core.json.JsonObject;

/** What somebody wrote is not in the log, also where PostgreSQL quotes the row that it refuses. */
class QuietLogIT {

    private static final String WORDS = "Nobody else may read this";

    @RegisterExtension
    private static final OneProcess TOGETHER = new OneProcess();

    @Test
    void a_message_that_the_database_refuses_is_not_logged() throws SQLException {
        forbidWordsIn("messages", "text");
        try (var alice = new Person(TOGETHER.url())) {
            var chat = alice.opens();

            assertFailedQuietly(alice.calls("chat-send", Person.message(chat, WORDS)));
        }
    }

    @Test
    void a_title_that_the_database_refuses_is_not_logged() throws SQLException {
        forbidWordsIn("conversations", "title");
        try (var alice = new Person(TOGETHER.url())) {
            var request = new JsonObject().put("mode", "together").put("title", WORDS);

            assertFailedQuietly(alice.calls("create-conversation", request));
        }
    }

    private static void forbidWordsIn(String table, String column) throws SQLException {
        Sql.execute(TOGETHER.database().source(),
                "alter table " + table + " add check (" + column + " <> '" + WORDS + "')");
    }

    private static void assertFailedQuietly(Answer answer) {
        answer.isRefused(500, "went wrong");
        Sql.await("the failure is logged", () -> TOGETHER.process().log().stream()
                .anyMatch(line -> line.contains("request_failed") && line.contains("23514") && line.contains("PgException")));
        assertThat(TOGETHER.process().log()).isNotEmpty().noneMatch(line -> line.contains(WORDS));
    }
}

package dev.together.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.Statement;

import org.junit.jupiter.api.Test;

import dev.together.testing.FragileDatabase;
import dev.together.testing.Sql;

/** What PostgreSQL reads of a large backlog to find the few that are next. */
class LockDuePlanTest {

    private static final String BACKLOG = """
            insert into outbox (chat_id, kind, number, created_at)
            select gen_random_uuid(), 'message', 1, now() - interval '1 hour' from generate_series(1, 200000);
            analyze outbox
            """;

    @Test
    void a_batch_of_a_large_backlog_is_found_without_reading_the_rest() throws SQLException {
        try (var database = FragileDatabase.start();
                var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(Sql.schema());
            statement.execute(BACKLOG);
            statement.execute("prepare due (bigint, int, text[]) as " + OutboxStore.LOCK_DUE);

            assertThat(plan(statement)).contains("Index Scan using outbox_pkey").doesNotContain("Sort")
                    .contains("rows=500 ");
        }
    }

    private static String plan(Statement statement) throws SQLException {
        var plan = new StringBuilder();
        try (var rows = statement
                .executeQuery("explain (analyze, costs off, timing off) execute due (5000, 500, '{message,conversation}')")) {
            while (rows.next()) {
                plan.append(rows.getString(1)).append('\n');
            }
        }
        return plan.toString();
    }
}

package dev.together.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.testing.FragileDatabase;
import dev.together.testing.Sql;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * What PostgreSQL reads for a send whose plan it made for all, when the tables were empty, and has not looked at them since.
 */
class SendPlanTest {

    private static final UUID CHAT = UUID.randomUUID();
    private static final UUID ALICE = UUID.randomUUID();

    private static final String WORLD = """
            set plan_cache_mode = force_generic_plan;
            insert into conversations (id, user_id, owner_user_id, mode, is_public, created_at, updated_at, revised_at)
                values ('%1$s', '%2$s', '%2$s', 'together', true, now(), now(), now());
            """.formatted(CHAT, ALICE);

    private static final String MANY_MESSAGES = """
            insert into messages (chat_id, message_number, id, role, text, user_id, mode, client_msg_id, created_at, previous_at)
            select '%1$s', 1 + n, gen_random_uuid(), 'user', 'Hello', '%2$s', 'together', 'm' || n, now(), now()
                from generate_series(1, 2000) n;
            update conversations set last_message_number = 2001 where id = '%1$s';
            """
            .formatted(CHAT, ALICE);

    /** What pods before migration 2 ask. */
    private static final String LOOK_UP_OF_OLDER_PODS = """
            prepare look_up (uuid, text) as select message_number from messages where chat_id = $1 and client_msg_id = $2
            """;

    @Test
    void a_send_that_can_begin_no_run_does_not_know_of_them() {
        assertThat(SendStatement.SEND).doesNotContain("assistant_runs");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "analyze conversations" })
    void neither_a_new_send_nor_a_repeated_one_reads_the_rest_of_its_conversation(String looked)
            throws SQLException {
        try (var database = FragileDatabase.start();
                var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(Sql.schema());
            statement.execute(WORLD + looked);
            statement.execute("prepare send (int[], uuid[], uuid[], text[], text[], uuid[], text[], text[], text[], text[]) as "
                    + SendStatement.SEND);
            statement.execute(LOOK_UP_OF_OLDER_PODS);
            statement.execute(send("first"));
            statement.execute(MANY_MESSAGES);

            assertThat(rowsReadInVain(statement, send("new"))).isLessThan(10);
            assertThat(rowsReadInVain(statement, send("m1000"))).isLessThan(10);
            assertThat(rowsReadInVain(statement, "execute look_up ('" + CHAT + "', 'm1000')")).isLessThan(10);
            try (var messages = statement.executeQuery("select last_message_number from conversations")) {
                messages.next();
                assertThat(messages.getLong(1)).as("m1000 was found again").isEqualTo(2_002);
            }
        }
    }

    private static String send(String clientMsgId) {
        return """
                execute send (array[0], array['%1$s']::uuid[], array['%2$s']::uuid[], array['user'], array['Hello'],
                    array['%2$s']::uuid[], array['Alice'], array['together'], array['%3$s'], array['{}'])
                """.formatted(CHAT, ALICE, clientMsgId);
    }

    private static long rowsReadInVain(Statement statement, String sql) throws SQLException {
        try (var rows = statement.executeQuery("explain (analyze, format json) " + sql)) {
            rows.next();
            return readInVain(new JsonArray(rows.getString(1)).getJsonObject(0).getJsonObject("Plan"));
        }
    }

    private static long readInVain(JsonObject node) {
        long here = node.getLong("Rows Removed by Filter", 0L) + node.getLong("Rows Removed by Join Filter", 0L);
        return here + node.getJsonArray("Plans", new JsonArray()).stream().map(JsonObject.class::cast)
                .mapToLong(SendPlanTest::readInVain).sum();
    }
}

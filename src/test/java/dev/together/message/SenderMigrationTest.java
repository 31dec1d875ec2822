package dev.together.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.together.testing.FragileDatabase;
import dev.together.testing.Sql;

/** What was stored before messages had a sender is found again, and pods that know of none go on. */
class SenderMigrationTest {

    private static final UUID CHAT = UUID.randomUUID();
    private static final UUID ALICE = UUID.randomUUID();

    private static final String CONVERSATION = """
            insert into conversations (id, user_id, owner_user_id, mode, is_public, created_at, updated_at, revised_at,
                    last_message_number)
                values ('%1$s', '%2$s', '%2$s', 'together', true, now(), now(), now(), 10)
            """.formatted(CHAT, ALICE);

    @Test
    void a_message_of_an_older_pod_is_its_users_or_the_services() throws SQLException {
        try (var database = FragileDatabase.start();
                var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(Sql.migrations(1, 1));
            statement.execute(CONVERSATION);
            statement.execute(asAnOlderPod(1, "user", ALICE, "u-before"));
            statement.execute(asAnOlderPod(2, "assistant", null, "a-before"));
            statement.execute(Sql.migrations(2, Integer.MAX_VALUE));
            statement.execute(asAnOlderPod(3, "user", ALICE, "u-after"));
            statement.execute(asAnOlderPod(4, "assistant", null, "a-after"));
            statement.execute("prepare send (int[], uuid[], uuid[], text[], text[], uuid[], text[], text[], text[], text[]) as "
                    + SendStatement.SEND);

            assertThat(number(statement, ALICE, "u-before")).isEqualTo(1);
            assertThat(number(statement, null, "a-before")).isEqualTo(2);
            assertThat(number(statement, ALICE, "u-after")).isEqualTo(3);
            assertThat(number(statement, null, "a-after")).isEqualTo(4);
            assertThat(number(statement, ALICE, "a-before")).as("not hers").isEqualTo(11);
            assertThat(number(statement, null, "u-before")).as("not the service's").isEqualTo(12);
        }
    }

    private static String asAnOlderPod(int number, String role, @Nullable UUID user, String clientMsgId) {
        return """
                insert into messages (chat_id, message_number, id, role, text, user_id, mode, client_msg_id, created_at)
                values ('%s', %d, gen_random_uuid(), '%s', 'Hello', %s, 'together', '%s', now())
                """.formatted(CHAT, number, role, literal(user), clientMsgId);
    }

    /** The number of the message that a send comes back with. */
    private static long number(Statement statement, @Nullable UUID sender, String clientMsgId) throws SQLException {
        try (var rows = statement.executeQuery("""
                execute send (array[0], array['%1$s']::uuid[], array[%2$s]::uuid[], array['user'], array['Hello'],
                    array[%2$s]::uuid[], array['Somebody'], array['together'], array['%3$s'], array['{}'])
                """.formatted(CHAT, literal(sender), clientMsgId))) {
            rows.next();
            return rows.getLong("message_number");
        }
    }

    private static String literal(@Nullable UUID user) {
        return user == null ? "null" : "'" + user + "'";
    }
}

package dev.together.outbox;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.together.testing.OneProcess;
import dev.together.testing.Person;
import dev.together.testing.Sql;
import dev.together.testing.TestProcess;

/** What waits in the outbox is more than the memory of a small process. */
class CrowdedBacklogIT {

    private static final Duration EMPTY_WITHIN = Duration.ofMinutes(2);

    private static final String PEOPLE = """
            insert into conversations_participants (conversation_id, user_id, role, joined_at)
            select ?::uuid, gen_random_uuid(), 'member', now() from generate_series(1, 1000)
            """;

    private static final String MESSAGES = """
            insert into messages (chat_id, message_number, id, role, text, mode, created_at, previous_at)
            select ?::uuid, number, gen_random_uuid(), 'user', repeat('x', 60000), 'together',
                now() + number * interval '1 ms', now() + (number - 1) * interval '1 ms'
            from generate_series(1, 500) number
            """;

    private static final String UPDATES = """
            insert into conversation_updates (conversation_id, revision, id, event_type, data, created_at, previous_at)
            select ?::uuid, number, gen_random_uuid(), 'UPDATE', '"' || repeat('x', 130000) || '"',
                now() + number * interval '1 ms', now() + (number - 1) * interval '1 ms'
            from generate_series(101, 600) number
            """;

    private static final String ENTRIES = """
            with chat as (select ?::uuid as id)
            insert into outbox (chat_id, kind, number, created_at)
            select chat_id, 'message', message_number, m.created_at from messages m join chat on chat_id = chat.id
            union all
            select conversation_id, 'conversation', revision, u.created_at
            from conversation_updates u join chat on conversation_id = chat.id where revision > 100
            """;

    /** The last word on the command line; a native executable does not know it, and has what it has. */
    @RegisterExtension
    private static final OneProcess TOGETHER = new OneProcess(Map.of("_JAVA_OPTIONS", "-Xmx128m"));

    @Test
    void long_messages_and_updates_to_a_crowd_leave_the_outbox_a_few_at_a_time() throws SQLException {
        try (var alice = new Person(TOGETHER.url())) {
            var chat = alice.opens();

            fill(chat);

            TestProcess.waitUntil(EMPTY_WITHIN,
                    () -> Sql.number(TOGETHER.database().source(), "select count(*) from outbox") == 0);
        }
    }

    /** As if 1,000 people had come, and 500 long messages and as many updates were stored while the broker was away. */
    private static void fill(String chat) throws SQLException {
        var database = TOGETHER.database().source();
        Sql.execute(database, PEOPLE, chat);
        Sql.execute(database, MESSAGES, chat);
        Sql.execute(database, UPDATES, chat);
        Sql.execute(database, ENTRIES, chat);
    }
}

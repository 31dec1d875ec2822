package dev.together.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpTimeoutException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.together.testing.AtOnce;
import dev.together.testing.OneProcess;
import dev.together.testing.Person;
import dev.together.testing.Sql;

/** Callers that hang up while the database is at work for them. */
class CallerGoneIT {

    private static final Duration SHORT = Duration.ofSeconds(3);
    /** As many as the process has connections to the database, which do not end by themselves here. */
    private static final int MANY = 3;
    private static final Map<String, String> FEW_CONNECTIONS = Map.of(
            "QUARKUS_DATASOURCE_REACTIVE_MAX_SIZE", String.valueOf(MANY), "TOGETHER_DATABASE_SILENCE", "1h");

    private static final String SLOW = """
            create function slowly() returns trigger language plpgsql as 'begin perform pg_sleep(4); return new; end';
            create trigger slowly before update on conversations for each row execute function slowly();
            """;
    private static final String FAST = "drop trigger slowly on conversations; drop function slowly()";

    private static final String LEFT = """
            select count(*) from conversations c
            where not exists (select 1 from conversations_participants where conversation_id = c.id and role = 'member')
            """;
    private static final String TOLD = "select count(*) from conversation_updates where event_type = 'DELETE'";

    @RegisterExtension
    private static final OneProcess TOGETHER = new OneProcess(FEW_CONNECTIONS);

    @Test
    void what_was_begun_for_them_is_done_whole_and_connections_come_back() throws SQLException {
        try (var alice = new Person(TOGETHER.url()); var bob = new Person(TOGETHER.url())) {
            var chats = Stream.generate(() -> alice.opensWith(bob)).limit(MANY).toList();
            Sql.execute(TOGETHER.database().source(), SLOW);

            assertThat(AtOnce.call(MANY, index -> leaveAndHangUp(bob, chats.get(index)))).containsOnly(true);

            Sql.await("all have left", () -> Sql.number(TOGETHER.database().source(), LEFT) == MANY);
            assertThat(Sql.number(TOGETHER.database().source(), TOLD)).isEqualTo(MANY);
            Sql.execute(TOGETHER.database().source(), FAST);
            assertThat(AtOnce.call(MANY, index -> alice.shares(chats.get(index)))).hasSize(MANY);
        }
    }

    /** Says whether nothing had been answered. */
    private static boolean leaveAndHangUp(Person person, String chat) {
        var request = Person.request(TOGETHER.url(), "leave-conversation").timeout(SHORT)
                .header("Content-Type", "application/json").header("Authorization", "Bearer " + person.token)
                .POST(BodyPublishers.ofString(Person.conversation(chat).encode()));
        return catchThrowable(() -> Person.send(request)).getCause() instanceof HttpTimeoutException;
    }
}

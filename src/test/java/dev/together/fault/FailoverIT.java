package dev.together.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.together.testing.Answer;
import dev.together.testing.AtOnce;
import dev.together.testing.OneProcess;
import dev.together.testing.Person;
import dev.together.testing.Sql;

/** A database that takes no writes any more, as an old primary does, and one that does again behind the same address. */
class FailoverIT {

    private static final int AT_ONCE = 40;

    @RegisterExtension
    private static final OneProcess TOGETHER = new OneProcess(Map.of("TOGETHER_LIMITS_SENDS_PER_SECOND", "1000"));

    @AfterEach
    void reset() throws SQLException {
        execute("alter role postgres set default_transaction_read_only = off");
        execute("alter system reset default_transaction_read_only");
        execute("select pg_reload_conf()");
        execute("alter role postgres reset default_transaction_read_only");
        execute("select pg_terminate_backend(pid) from pg_stat_activity"
                + " where pid <> pg_backend_pid() and client_port is not null");
        Sql.await("it is ready", () -> TOGETHER.process().isReady());
    }

    @Test
    void a_database_that_is_read_only_is_told_of_and_the_process_is_not_ready_until_it_is_not() throws SQLException {
        try (var alice = new Person(TOGETHER.url())) {
            var chat = alice.opens();
            becomesReadOnly();

            Sql.await("it is not ready", () -> TOGETHER.process().health("ready") == 503);

            var refused = sends(alice, chat);
            assertThat(refused).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(503))
                    .allSatisfy(answer -> assertThat(answer.header("Retry-After")).isEqualTo("1"));
            reset();
            Sql.await("it heals", () -> allSucceed(sends(alice, chat)));
        }
    }

    @Test
    void connections_that_a_failover_left_at_the_old_primary_are_given_up() throws SQLException {
        try (var alice = new Person(TOGETHER.url())) {
            var chat = alice.opens();
            Sql.await("all connections are there", () -> allSucceed(reads(alice)));
            // Counts for connections that are opened from now on; what is in the pool keeps what the server says.
            execute("alter role postgres set default_transaction_read_only = off");
            becomesReadOnly();
            assertThat(alice.calls("chat-send", Person.message(chat, "To the old one")).status()).isEqualTo(503);

            Sql.await("all connections are to the new one", () -> allSucceed(reads(alice)) && allSucceed(opens(alice)));

            assertThat(sends(alice, chat)).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
            Sql.await("it is ready", () -> TOGETHER.process().isReady());
        }
    }

    /** For every connection that has not been told otherwise. */
    private static void becomesReadOnly() throws SQLException {
        execute("alter system set default_transaction_read_only = on");
        execute("select pg_reload_conf()");
    }

    private static void execute(String sql) throws SQLException {
        try (var connection = TOGETHER.database().connect(); var statement = connection.createStatement()) {
            statement.execute("set default_transaction_read_only = off");
            statement.execute(sql);
        }
    }

    private static List<Answer> sends(Person person, String chat) {
        return AtOnce.call(AT_ONCE, index -> person.calls("chat-send", Person.message(chat, "Message " + index)));
    }

    private static List<Answer> opens(Person person) {
        return AtOnce.call(AT_ONCE, index -> person.calls("create-conversation", Person.message(person.id.toString(), "")));
    }

    private static List<Answer> reads(Person person) {
        return AtOnce.call(AT_ONCE, index -> person.calls("list-conversations", Person.message(person.id.toString(), "")));
    }

    private static boolean allSucceed(List<Answer> answers) {
        return answers.stream().allMatch(answer -> answer.status() == 200);
    }
}

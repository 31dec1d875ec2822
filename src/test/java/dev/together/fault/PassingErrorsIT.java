package dev.together.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.testing.Answer;
import dev.together.testing.Functions;
import dev.together.testing.OneProcess;
import dev.together.testing.Person;
import dev.together.testing.Sql;
import dev.together.testing.TestTokens;
import io.vertx.core.json.JsonObject;

/** What passes by itself, raised by the database wherever a function touches a conversation. */
class PassingErrorsIT {

    @RegisterExtension
    private static final OneProcess TOGETHER = new OneProcess();

    /** Every way to a conversation or a run raises the state in the table {@code trouble}, where there is one. */
    private static final List<String> TROUBLE = List.of(
            "create table trouble (state text)",
            """
                    create function trouble() returns boolean language plpgsql stable as $$
                    declare it text;
                    begin
                        select max(state) into it from trouble;
                        -- The driver takes this one for the end of the connection, so it has to be that.
                        if it = '57P01' then perform pg_terminate_backend(pg_backend_pid()); end if;
                        if it is not null then raise exception 'Trouble' using errcode = it; end if;
                        return true;
                    end $$
                    """,
            "alter table conversations rename to quiet_conversations",
            "create view conversations as select * from quiet_conversations where trouble()",
            "alter table assistant_runs rename to quiet_runs",
            "create view assistant_runs as select * from quiet_runs where trouble()",
            """
                    create function trouble_at_insert() returns trigger language plpgsql as $$
                    begin
                        perform trouble();
                        return new;
                    end $$
                    """,
            "create trigger trouble before insert on quiet_conversations for each row execute function trouble_at_insert()");

    @BeforeAll
    static void prepare() throws SQLException {
        for (var statement : TROUBLE) {
            Sql.execute(TOGETHER.database().source(), statement);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "25006", "57014", "40001", "40P01", "57P01", "57P02", "57P03", "53300", "08006" })
    void a_passing_error_is_503_and_says_when_to_try_again_in_every_function(String state) throws SQLException {
        try (var alice = new Person(TOGETHER.url())) {
            var request = requestOf(alice);
            var database = TOGETHER.database().source();
            Sql.execute(database, "insert into trouble values (?)", state);
            try {
                assertUnavailableEverywhere(alice, request);
            } finally {
                Sql.execute(database, "delete from trouble");
            }
            Sql.await("it heals", () -> alice.calls("list-conversations", new JsonObject()).status() == 200);
        }
    }

    @Test
    void a_database_that_is_gone_is_503_and_says_when_to_try_again_in_every_function() {
        try (var alice = new Person(TOGETHER.url())) {
            var request = requestOf(alice);
            TOGETHER.database().stop();
            try {
                assertUnavailableEverywhere(alice, request);
            } finally {
                TOGETHER.database().restart();
            }
            Sql.await("it heals", () -> alice.calls("list-conversations", new JsonObject()).status() == 200);
        }
    }

    /** Has what any of the functions asks for. */
    private static JsonObject requestOf(Person person) {
        var chat = person.opensWith();
        return Person.message(chat, "Hello").put("conversation_id", chat).put("user_id", person.id.toString())
                .put("message_id", person.id.toString()).put("message_number", 1);
    }

    private static void assertUnavailableEverywhere(Person person, JsonObject request) {
        var answers = Functions.names().stream().map(name -> name + told(call(person, name, requestOf(name, request))))
                .toList();

        assertThat(answers).isNotEmpty().allMatch(answer -> answer.endsWith(": 503, Retry-After 1"));
    }

    /** Only the service key streams an answer. */
    private static Answer call(Person person, String function, JsonObject request) {
        return function.equals("assistant-stream")
                ? Person.call(TOGETHER.url(), function, TestTokens.service(), request.encode())
                : person.calls(function, request);
    }

    private static JsonObject requestOf(String function, JsonObject request) {
        if (function.equals("revoke-invite")) {
            return request.copy().put("invite", "nonsense");
        }
        return function.startsWith("assistant-")
                ? request.copy().put("run_id", request.getString("message_id")).put("seq", 1)
                : request.copy();
    }

    private static String told(Answer answer) {
        return ": " + answer.status() + ", Retry-After " + answer.header("Retry-After");
    }
}

package dev.together.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.function.IntFunction;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.testing.AtOnce;
import dev.together.testing.OneProcess;
import dev.together.testing.Person;
import dev.together.testing.Sql;
import io.vertx.core.json.JsonObject;

/** Tables that change, as a migration changes them, under a process that serves. */
class ChangedTablesIT {

    /** More than the connections of the pool, each of which has statements of its own. */
    private static final int AT_ONCE = 24;

    @RegisterExtension
    private static final OneProcess TOGETHER = new OneProcess(Map.of("TOGETHER_LIMITS_SENDS_PER_SECOND", "1000"));

    @ParameterizedTest
    @ValueSource(strings = {
            "alter table conversations add column later text not null default 'x'",
            "alter table conversations_participants add column later text not null default 'x'",
            "alter table messages add column later text not null default 'x'",
            "alter table conversation_updates add column later text not null default 'x'",
            "alter table outbox add column later text not null default 'x'" })
    void a_new_column_disturbs_nobody(String change) throws SQLException {
        assertDisturbsNobody(change);
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "alter table conversations alter column mode type varchar(200)",
            "alter table messages alter column status type varchar(200)",
            "alter table conversation_updates alter column event_type type varchar(200)" })
    void a_column_of_another_type_disturbs_nobody(String change) throws SQLException {
        assertDisturbsNobody(change);
    }

    @Test
    void a_replay_that_cannot_be_read_closes_the_connection_and_does_not_call_it_slow() throws SQLException {
        var database = TOGETHER.database().source();
        try (var alice = new Person(TOGETHER.url())) {
            var since = Instant.now().minusSeconds(1);
            var chat = alice.opens();
            alice.says(chat, "Stored");
            Sql.execute(database, """
                    create function unreadable() returns text stable language plpgsql as $$
                    begin
                        raise exception 'Unreadable' using errcode = '57014';
                    end $$
                    """);
            Sql.execute(database, "alter table messages rename to readable_messages");
            Sql.execute(database, """
                    create view messages as select chat_id, message_number, id, role, text, user_id, user_name, client_msg_id,
                        unreadable() as status, mode, meta, context_injected, created_at, previous_at from readable_messages
                    """);
            try (var wire = alice.wire("2.0.0")) {
                assertThat(wire.join(alice.topic(), replay(since, alice)).status()).isEqualTo("ok");

                assertThat(wire.isClosed()).isEqualTo(1013);
            } finally {
                Sql.execute(database, "drop view messages");
                Sql.execute(database, "alter table readable_messages rename to messages");
            }
        }
    }

    private static void assertDisturbsNobody(String change) throws SQLException {
        var since = Instant.now().minusSeconds(1);
        var database = TOGETHER.database().source();
        try (var alice = new Person(TOGETHER.url()); var bob = new Person(TOGETHER.url())) {
            var chat = alice.opensWith(bob);
            var wire = bob.online();
            useEverything(alice, chat, since);
            awaitSwept(chat);

            int before = TOGETHER.process().log().size();

            Sql.execute(database, change);

            useEverything(alice, chat, since);
            awaitSwept(chat);
            var last = alice.says(chat, "The last");
            assertThat(wire.receives(heard -> heard.name().equals("message-insert")
                    && heard.id().equals(last.getString("id"))).isReplayed()).isFalse();
            assertThat(wire.isOpen()).isTrue();
            assertThat(TOGETHER.process().log().stream().skip(before)).noneMatch(line -> line.contains("_failed"));
        }
    }

    private static void useEverything(Person alice, String chat, Instant since) {
        allSucceed(AT_ONCE, index -> alice.calls("chat-send", Person.message(chat, "Message " + index)).status() == 200);
        allSucceed(AT_ONCE, index -> alice.calls("chat-history", new JsonObject().put("chat_id", chat)).status() == 200);
        allSucceed(AT_ONCE, index -> alice.calls("list-conversations", new JsonObject()).status() == 200);
        allSucceed(AT_ONCE, index -> comesAndGoes());
        allSucceed(AT_ONCE / 2, index -> isToldAgain(alice, since));
    }

    private static void allSucceed(int count, IntFunction<Boolean> call) {
        assertThat(AtOnce.call(count, call)).containsOnly(true);
    }

    private static boolean isToldAgain(Person person, Instant since) {
        try (var wire = person.wire("2.0.0")) {
            return wire.join(person.topic(), replay(since, person)).status().equals("ok")
                    && wire.hears("message-insert", AT_ONCE).size() == AT_ONCE && wire.isOpen();
        }
    }

    /** In a conversation of its own, where nobody waits for its lock. */
    private static boolean comesAndGoes() {
        try (var carol = new Person(TOGETHER.url()); var dave = new Person(TOGETHER.url())) {
            var chat = carol.opensWith(dave);
            dave.leaves(chat);
            return true;
        }
    }

    /** Entries that are due once more, of both kinds. */
    private static void awaitSwept(String chat) throws SQLException {
        var database = TOGETHER.database().source();
        Sql.execute(database, """
                insert into outbox (chat_id, kind, number, created_at)
                select id, 'message', 1, clock_timestamp() - interval '1 hour' from conversations where id = ?::uuid
                union all
                select id, 'conversation', 1, clock_timestamp() - interval '1 hour' from conversations where id = ?::uuid
                on conflict do nothing
                """, chat, chat);
        Sql.await("the outbox is empty", () -> Sql.number(database, "select count(*) from outbox") == 0);
    }

    private static JsonObject replay(Instant since, Person person) {
        var replay = new JsonObject().put("since", since.toEpochMilli());
        return new JsonObject().put("access_token", person.token)
                .put("config", new JsonObject().put("private", true).put("broadcast", new JsonObject().put("replay", replay)));
    }
}

package dev.together.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.sql.SQLException;
import java.util.UUID;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;

import dev.together.testing.Person;
import dev.together.testing.Sql;
import dev.together.testing.TestDatabase;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** What was committed and never published, as by a process that died in between. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class OutboxRelayTest {

    private static final String STORE = """
            with counted as (
                update conversations set last_message_number = last_message_number + 1, previous_message_at = last_message_at,
                    last_message_at = clock_timestamp()
                where id = ?::uuid returning id, last_message_number, last_message_at, previous_message_at
            )
            insert into messages (chat_id, message_number, id, role, text, mode, created_at, previous_at)
            select id, last_message_number, ?::uuid, 'user', 'Unpublished', 'together', last_message_at, previous_message_at
            from counted
            """;

    private static final String ENTER = """
            insert into outbox (chat_id, kind, number, created_at)
            select chat_id, 'message', message_number, created_at from messages where id = ?::uuid
            """;

    private static final String JOIN = """
            insert into conversations_participants (conversation_id, user_id, role, joined_at)
            values (?::uuid, ?::uuid, 'member', clock_timestamp())
            """;

    @TestHTTPResource
    URI server;

    @Inject
    @DataSource("schema")
    AgroalDataSource database;

    @Test
    void what_nobody_published_is_swept_and_told_once() throws SQLException {
        try (var alice = new Person(server); var bob = new Person(server); var eve = new Person(server)) {
            var chat = alice.opensWith(bob);
            var bobsWire = bob.online();
            var evesWire = eve.online();

            var id = stored(chat);
            Sql.execute(database, ENTER, id);

            assertThat(bobsWire.hears("message-insert").id()).isEqualTo(id.toString());
            bobsWire.hearsNothing();
            evesWire.hearsNothing();
            Sql.await("the outbox is empty", () -> Sql.number(database, "select count(*) from outbox") == 0);
        }
    }

    @Test
    void what_is_swept_is_not_told_to_who_joined_later() throws SQLException {
        try (var alice = new Person(server); var bob = new Person(server)) {
            var chat = alice.opens();
            var alicesWire = alice.online();
            var bobsWire = bob.online();

            var id = stored(chat);
            Sql.execute(database, JOIN, chat, bob.id);
            Sql.execute(database, JOIN, chat, alice.id);
            Sql.execute(database, ENTER, id);

            assertThat(alicesWire.hears("message-insert").id()).isEqualTo(id.toString());
            bobsWire.hearsNothing();
        }
    }

    @Test
    void a_gap_is_filled_from_the_store_before_what_follows() throws SQLException {
        try (var alice = new Person(server); var bob = new Person(server)) {
            var chat = alice.opensWith(bob);
            var bobsWire = bob.online();
            var first = alice.says(chat, "First").getString("id");

            var lost = stored(chat).toString();
            var alsoLost = stored(chat).toString();
            var last = alice.says(chat, "Last").getString("id");

            assertThat(bobsWire.hears("message-insert", 4)).extracting(heard -> heard.id())
                    .containsExactly(first, lost, alsoLost, last);
            bobsWire.hearsNothing();
        }
    }

    private UUID stored(String chat) throws SQLException {
        var id = UUID.randomUUID();
        Sql.execute(database, STORE, chat, id);
        return id;
    }
}

package dev.together.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

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

/** Who is told: those who are in the conversation when the message is committed, whatever the send saw when it began. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class AudienceTest {

    private static final String WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'";

    @TestHTTPResource
    URI server;

    @Inject
    @DataSource("schema")
    AgroalDataSource database;

    @Test
    void somebody_who_joins_while_a_send_waits_hears_it() throws Exception {
        try (var alice = new Person(server); var bob = new Person(server); var carol = new Person(server)) {
            var chat = alice.opensWith(bob);
            var carolsWire = carol.online();

            var saved = sendDuring(alice, chat, """
                    insert into conversations_participants (conversation_id, user_id, role, joined_at)
                    values (?::uuid, ?::uuid, 'member', clock_timestamp())
                    """, carol.id);

            assertThat(carolsWire.hears("message-insert").id()).isEqualTo(saved);
        }
    }

    @Test
    void somebody_who_leaves_while_a_send_waits_does_not_hear_it() throws Exception {
        try (var alice = new Person(server); var bob = new Person(server)) {
            var chat = alice.opensWith(bob);
            var alicesWire = alice.online();
            var bobsWire = bob.online();

            var saved = sendDuring(alice, chat,
                    "delete from conversations_participants where conversation_id = ?::uuid and user_id = ?::uuid", bob.id);

            assertThat(alicesWire.hears("message-insert").id()).isEqualTo(saved);
            bobsWire.hearsNothing();
        }
    }

    /** Alice sends while a change of the conversation is not committed yet; gives the message's id. */
    private String sendDuring(Person alice, String chat, String change, UUID user) throws Exception {
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            change(connection, chat, change, user);
            var saved = CompletableFuture.supplyAsync(() -> alice.says(chat, "Hello"));
            Sql.await("the send waits", () -> Sql.number(database, WAITING) > 0);
            connection.commit();
            return saved.get().getString("id");
        }
    }

    private static void change(Connection connection, String chat, String change, UUID user) throws SQLException {
        try (var lock = connection.prepareStatement(
                "update conversations set revision = revision + 1, revised_at = clock_timestamp() where id = ?::uuid");
                var statement = connection.prepareStatement(change)) {
            lock.setString(1, chat);
            lock.executeUpdate();
            statement.setString(1, chat);
            statement.setObject(2, user);
            statement.executeUpdate();
        }
    }
}

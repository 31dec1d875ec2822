package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.Connection;
import java.sql.SQLException;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;

import dev.together.testing.Person;
import dev.together.testing.RawSocket;
import dev.together.testing.TestTokens;
import dev.together.testing.Wire;
import dev.together.testing.WithPeople;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What one client can make the server keep in memory. */
@QuarkusTest
class GreedyClientTest extends WithPeople {

    private static final int NEARLY_A_FRAME = 250_000;
    private static final int MEGABYTE = 1 << 20;

    @Inject
    @DataSource("schema")
    AgroalDataSource database;

    @Test
    void a_refused_join_keeps_nothing_of_its_frame_until_it_is_answered() {
        var wire = person().wire("2.0.0");
        var junk = "{},".repeat(45_000) + "{}";
        long before = usedBytes();

        for (int sent = 0; sent < 40; sent++) {
            wire.sendText("[\"1\",\"1\",\"realtime:closed\",\"phx_join\",{\"junk\":[" + junk + "]}]");
            wire.asks("phoenix", "heartbeat", new JsonObject());
        }

        assertThat(usedBytes() - before).isLessThan(60 * MEGABYTE);
    }

    @Test
    void a_join_names_the_field_that_asks_for_too_many_changes() {
        var alice = person();
        var wire = alice.wire("2.0.0");
        var changes = new JsonArray();
        for (int asked = 0; asked <= 100; asked++) {
            changes.add(new JsonObject().put("event", "*"));
        }
        var config = new JsonObject().put("postgres_changes", changes);

        var refused = wire.join(alice.topic(), new JsonObject().put("config", config).put("access_token", alice.token));

        assertThat(refused.status()).isEqualTo("error");
        assertThat(refused.reason()).isEqualTo("InvalidJoinPayload: `config.postgres_changes` must have at most 100 entries");
        wire.joins(alice.topic(), alice.token);
    }

    @Test
    void frames_that_wait_behind_a_slow_join_are_bounded_by_their_bytes() throws SQLException {
        var alice = person();
        var wire = alice.wire("2.0.0");
        try (var lock = lock("conversations")) {
            asksForReplay(wire, alice);

            wire.beatsUntilClosed(20, new JsonObject().put("junk", "x".repeat(NEARLY_A_FRAME)));

            assertThat(wire.isClosed()).isEqualTo(1008);
        }
    }

    @Test
    void what_gathers_behind_a_slow_join_is_bounded_by_its_bytes() throws SQLException {
        var alice = person();
        var wire = alice.wire("2.0.0");
        try (var lock = lock("conversations")) {
            asksForReplay(wire, alice);

            for (int sent = 0; sent < 24; sent++) {
                broadcast(alice, NEARLY_A_FRAME);
            }

            assertThat(wire.isClosed()).isEqualTo(4008);
        }
    }

    @Test
    void a_replay_is_read_no_faster_than_it_is_taken_and_one_that_cannot_go_on_closes_the_connection() throws SQLException {
        var alice = person();
        var chat = alice.opens();
        for (int said = 0; said < 250; said++) {
            alice.says(chat, "x".repeat(60_000));
        }
        try (var socket = RawSocket.open(server, "2.0.0", 16_384)) {
            socket.sendText(
                    new JsonArray().add("6").add("6").add(alice.topic()).add("phx_join").add(replayFor(alice)).encode());
            assertThat(socket.read()).isNotNull().satisfies(frame -> assertThat(frame.text()).contains("phx_reply"));

            try (var lock = lock("messages")) {
                assertThat(socket.isClosed()).isEqualTo(1013);
            }
        }
    }

    private static void asksForReplay(Wire wire, Person person) {
        wire.send("6", "6", person.topic(), "phx_join", replayFor(person));
    }

    private static JsonObject replayFor(Person person) {
        var replay = new JsonObject().put("replay", new JsonObject().put("since", 0));
        return new JsonObject().put("config", new JsonObject().put("broadcast", replay)).put("access_token", person.token);
    }

    private void broadcast(Person person, int size) {
        var item = new JsonObject().put("topic", "user-realtime:" + person.id).put("event", "news")
                .put("payload", new JsonObject().put("text", "x".repeat(size)));
        var request = HttpRequest.newBuilder(server.resolve("/realtime/v1/api/broadcast"))
                .header("Content-Type", "application/json").header("Authorization", "Bearer " + TestTokens.service())
                .POST(BodyPublishers.ofString(new JsonObject().put("messages", new JsonArray().add(item)).encode()));
        assertThat(Person.send(request).status()).isEqualTo(202);
    }

    /** Lets nobody read a table until this is closed. */
    private Connection lock(String table) throws SQLException {
        var connection = database.getConnection();
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute("lock table " + table + " in access exclusive mode");
        }
        return connection;
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}

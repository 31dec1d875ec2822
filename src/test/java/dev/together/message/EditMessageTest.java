package dev.together.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;

import dev.together.testing.Person;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;

/** Messages that are edited and deleted. */
@QuarkusTest
class EditMessageTest extends WithPeople {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Inject
    Pool pool;

    @Test
    void everybody_sees_the_new_text_and_history_has_it() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        var said = alice.says(chat, "Helo");
        var bobsWire = bob.online();
        var evesWire = person().online();

        var reply = alice.calls("edit-message", of(chat, said).put("text", "Hello").put("meta", new JsonObject().put("a", 1)))
                .succeeds();

        var update = bobsWire.hears("message-update");
        var message = update.content().getJsonObject("message");
        assertThat(update.content().getString("chat_id")).isEqualTo(chat);
        assertThat(message).isEqualTo(reply.getJsonObject("saved"));
        assertThat(message.getString("text")).isEqualTo("Hello");
        assertThat(message.getJsonObject("meta")).isEqualTo(new JsonObject().put("a", 1));
        assertThat(message.getString("id")).isEqualTo(said.getString("id"));
        assertThat(Instant.parse(message.getString("edited_at"))).isAfter(Instant.parse(message.getString("created_at")));
        evesWire.hearsNothing();
        bobsWire.hearsNothing();
        assertThat(history(bob, chat)).isEqualTo(message);
    }

    @Test
    void a_deleted_text_is_gone_from_the_database_and_its_number_stays() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        var said = alice.says(chat, "A secret");
        alice.calls("edit-message", of(chat, said).put("text", "A better secret")).succeeds();
        var bobsWire = bob.online();

        var reply = alice.calls("delete-message", of(chat, said)).succeeds();

        assertThat(reply.getString("message_id")).isEqualTo(said.getString("id"));
        var message = bobsWire.hears("message-delete").content().getJsonObject("message");
        assertThat(message.fieldNames()).containsExactlyInAnyOrder("id", "message_number", "deleted_at");
        assertThat(message.getInteger("message_number")).isEqualTo(1);
        assertThat(history(bob, chat).getString("text")).isEmpty();
        assertThat(history(bob, chat).getString("deleted_at")).isEqualTo(message.getString("deleted_at"));
        for (var table : new String[] { "messages", "message_changes", "outbox", "conversation_updates" }) {
            assertThat(pool.preparedQuery("select count(*) as n from " + table + " t where t::text like $1")
                    .execute(Tuple.of("%secret%")).await().atMost(PATIENCE).iterator().next().getLong("n")).as(table).isZero();
        }
        alice.calls("edit-message", of(chat, said).put("text", "Again")).isRefused(404, "no such message");
        alice.calls("delete-message", of(chat, said)).isRefused(404, "no such message");
        assertThat(alice.says(chat, "Two").getInteger("message_number")).isEqualTo(2);
    }

    @Test
    void who_was_away_gets_the_newest_state_after_its_message() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        var since = Instant.now().minusMillis(500);
        var one = alice.says(chat, "One");
        var two = alice.says(chat, "Two");
        alice.calls("edit-message", of(chat, one).put("text", "One, edited")).succeeds();
        alice.calls("edit-message", of(chat, one).put("text", "One, edited twice")).succeeds();
        alice.calls("delete-message", of(chat, two)).succeeds();

        var wire = bob.onlineSince(since);

        assertThat(wire.hears("message-insert").content().getJsonObject("message").getString("text"))
                .isEqualTo("One, edited twice");
        assertThat(wire.hears("message-insert").content().getJsonObject("message").getString("text")).isEmpty();
        var update = wire.hears("message-update");
        assertThat(update.isReplayed()).isTrue();
        assertThat(update.content().getJsonObject("message").getString("text")).isEqualTo("One, edited twice");
        assertThat(wire.hears("message-delete").content().getJsonObject("message").getInteger("message_number")).isEqualTo(2);
        wire.hearsNothing();
    }

    @Test
    void a_send_that_is_repeated_after_an_edit_or_a_deletion_is_still_the_same() {
        var alice = person();
        var chat = alice.opens();
        var send = Person.message(chat, "Helo").put("client_msg_id", "1");
        var said = alice.calls("chat-send", send).succeeds().getJsonObject("saved");
        alice.calls("edit-message", of(chat, said).put("text", "Hello")).succeeds();

        assertThat(alice.calls("chat-send", send).succeeds().getJsonObject("saved").getString("text")).isEqualTo("Hello");
        alice.calls("delete-message", of(chat, said)).succeeds();
        assertThat(alice.calls("chat-send", send).succeeds().getJsonObject("saved").getString("id"))
                .isEqualTo(said.getString("id"));
        assertThat(alice.says(chat, "Next").getInteger("message_number")).isEqualTo(2);
    }

    @Test
    void its_author_edits_and_its_author_and_the_owner_delete() {
        var alice = person();
        var bob = person();
        var carol = person();
        var chat = alice.opensWith(bob, carol);
        var said = bob.says(chat, "Bob's");

        alice.calls("edit-message", of(chat, said).put("text", "Mine")).isRefused(403, "Only its author");
        carol.calls("delete-message", of(chat, said)).isRefused(403, "Only its author and the conversation's owner");
        person().calls("edit-message", of(chat, said).put("text", "Mine")).isRefused(404, "no such conversation");
        person().calls("delete-message", of(chat, said)).isRefused(404, "no such conversation");
        alice.calls("edit-message", of(person().opens(), said).put("text", "x")).isRefused(404, "no such conversation");
        alice.calls("edit-message", of(alice.opens(), said).put("text", "x")).isRefused(404, "no such message");
        alice.calls("delete-message", of(chat, said)).succeeds();
    }

    @Test
    void the_service_key_brings_a_placeholder_to_its_end() {
        var alice = person();
        var chat = alice.opens();
        var saved = service("chat-send", Person.message(chat, "Drawing …").put("role", "assistant")).succeeds()
                .getJsonObject("saved");
        var wire = alice.online();

        alice.calls("edit-message", of(chat, saved).put("status", "complete")).isRefused(403, "`status`");
        service("edit-message", of(chat, saved).put("status", "complete").put("meta", new JsonObject().put("url", "/1.png")))
                .succeeds();

        var message = wire.hears("message-update").content().getJsonObject("message");
        assertThat(message.getString("status")).isEqualTo("complete");
        assertThat(message.containsKey("edited_at")).isFalse();
    }

    @Test
    void what_changes_nothing_is_published_to_nobody() {
        var alice = person();
        var chat = alice.opens();
        var said = alice.says(chat, "Hello");
        var wire = alice.online();

        alice.calls("edit-message", of(chat, said).put("text", "Hello")).succeeds();
        alice.calls("edit-message", of(chat, said)).succeeds();

        wire.hearsNothing();
    }

    @Test
    void malformed_requests_name_the_field() {
        var alice = person();
        var chat = alice.opens();
        var said = alice.says(chat, "Hello");

        alice.calls("edit-message", new JsonObject().put("chat_id", chat)).isRefused(400, "`message_id`");
        alice.calls("edit-message", of(chat, said).put("text", " ")).isRefused(400, "`text`");
        alice.calls("edit-message", of(chat, said).put("text", "x".repeat(65_537))).isRefused(400, "`text`");
        alice.calls("edit-message", of(chat, said).put("meta", 5)).isRefused(400, "`meta`");
        alice.calls("delete-message", new JsonObject().put("message_id", UUID.randomUUID().toString()))
                .isRefused(400, "`chat_id`");
        alice.calls("mark-read", new JsonObject().put("chat_id", chat)).isRefused(400, "`message_number`");
        alice.calls("mark-read", new JsonObject().put("chat_id", chat).put("message_number", -1))
                .isRefused(400, "`message_number`");
    }

    private static JsonObject of(String chat, JsonObject message) {
        return new JsonObject().put("chat_id", chat).put("message_id", message.getString("id"));
    }

    private static JsonObject history(Person person, String chat) {
        return person.calls("chat-history", new JsonObject().put("chat_id", chat)).succeeds().getJsonArray("messages")
                .getJsonObject(0);
    }
}

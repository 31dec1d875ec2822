package dev.together.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;

import org.junit.jupiter.api.Test;

import dev.together.testing.Person;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

@QuarkusTest
class MarkReadTest extends WithPeople {

    @Test
    void the_own_devices_and_the_others_see_how_far_somebody_has_read() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        alice.says(chat, "One");
        alice.says(chat, "Two");
        var bobsPhone = bob.online();
        var alicesWire = alice.online();

        var reply = bob.calls("mark-read", of(chat, 2)).succeeds();

        assertThat(reply.getInteger("message_number")).isEqualTo(2);
        var mark = new JsonObject().put("chat_id", chat).put("user_id", bob.id.toString()).put("message_number", 2);
        assertThat(bobsPhone.hears("read-mark").content()).isEqualTo(mark);
        assertThat(alicesWire.hears("read-mark").content()).isEqualTo(mark);
    }

    @Test
    void a_mark_never_goes_backwards_nor_beyond_what_there_is() {
        var alice = person();
        var chat = alice.opens();
        alice.says(chat, "One");
        alice.says(chat, "Two");
        var wire = alice.online();

        assertThat(alice.calls("mark-read", of(chat, 1_000)).succeeds().getInteger("message_number")).isEqualTo(2);
        wire.hears("read-mark");
        assertThat(alice.calls("mark-read", of(chat, 1)).succeeds().getInteger("message_number")).isEqualTo(2);
        assertThat(alice.calls("mark-read", of(chat, 2)).succeeds().getInteger("message_number")).isEqualTo(2);
        wire.hearsNothing();
    }

    @Test
    void others_see_nothing_where_the_conversation_says_no() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        alice.calls("update-conversation", Person.conversation(chat).put("meta", new JsonObject().put("read_marks", false)))
                .succeeds();
        alice.says(chat, "One");
        var alicesWire = alice.online();
        var bobsWire = bob.online();

        bob.calls("mark-read", of(chat, 1)).succeeds();

        bobsWire.hears("read-mark");
        alicesWire.hearsNothing();
    }

    @Test
    void who_was_away_gets_the_newest_mark_of_each() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        alice.says(chat, "One");
        alice.says(chat, "Two");
        var since = Instant.now().minusMillis(1);
        bob.calls("mark-read", of(chat, 1)).succeeds();
        bob.calls("mark-read", of(chat, 2)).succeeds();

        var wire = alice.onlineSince(since);

        assertThat(wire.hears("read-mark").content().getInteger("message_number")).isEqualTo(2);
        wire.hearsNothing();
    }

    @Test
    void a_list_says_what_was_last_and_how_much_is_unread() {
        var alice = person();
        var bob = person();
        var carol = person();
        var chat = alice.opensWith(bob);
        alice.says(chat, "One");
        alice.says(chat, "x".repeat(1_001));

        assertThat(counts(bob)).containsExactly(2, 0, 2);
        assertThat(counts(alice)).containsExactly(2, 0, 0);
        bob.calls("mark-read", of(chat, 1)).succeeds();
        assertThat(counts(bob)).containsExactly(2, 1, 1);
        var last = listed(bob).getJsonObject("last_message");
        assertThat(last.getString("text")).isEqualTo("x".repeat(1_000));
        assertThat(Instant.parse(last.getString("created_at"))).isBefore(Instant.now().plusSeconds(60));
        carol.joins(chat);
        assertThat(counts(carol)).containsExactly(2, 2, 0);
    }

    @Test
    void a_list_of_what_nobody_has_said_anything_in_has_no_last_message() {
        var alice = person();
        var chat = alice.opens();

        assertThat(listed(alice).getString("id")).isEqualTo(chat);
        assertThat(counts(alice)).containsExactly(0, 0, 0);
        assertThat(listed(alice).getValue("last_message")).isNull();
    }

    @Test
    void only_who_is_in_it_marks() {
        var chat = person().opens();

        person().calls("mark-read", of(chat, 1)).isRefused(404, "no such conversation");
    }

    private static Integer[] counts(Person person) {
        var listed = listed(person);
        return new Integer[] { listed.getInteger("last_message_number"), listed.getInteger("last_read_number"),
                listed.getInteger("unread_count") };
    }

    private static JsonObject listed(Person person) {
        return person.calls("list-conversations", new JsonObject()).succeeds().getJsonArray("conversations").getJsonObject(0);
    }

    private static JsonObject of(String chat, int number) {
        return new JsonObject().put("chat_id", chat).put("message_number", number);
    }
}

package dev.together.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import dev.together.testing.Person;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

@QuarkusTest
class UpdateConversationTest extends WithPeople {

    @Test
    void everybody_in_it_sees_the_new_title_and_what_is_absent_stays() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        var bobsWire = bob.online();
        var evesWire = person().online();

        var reply = alice.calls("update-conversation", Person.conversation(chat).put("title", "Holidays")
                .put("meta", new JsonObject().put("color", "blue"))).succeeds();

        var data = bobsWire.hearsUpdate("UPDATE").content().getJsonObject("data");
        assertThat(data).isEqualTo(reply.getJsonObject("conversation"));
        assertThat(data.getString("title")).isEqualTo("Holidays");
        assertThat(data.getString("mode")).isEqualTo("together");
        assertThat(data.getJsonObject("meta")).isEqualTo(new JsonObject().put("color", "blue"));
        evesWire.hearsNothing();
    }

    @Test
    void a_blank_title_is_none_and_the_mode_can_change() {
        var alice = person();
        var chat = alice.opens();
        alice.calls("update-conversation", Person.conversation(chat).put("title", "Holidays")).succeeds();

        var changed = alice.calls("update-conversation", Person.conversation(chat).put("title", "").put("mode", "chat"))
                .succeeds().getJsonObject("conversation");

        assertThat(changed.getString("title")).isNull();
        assertThat(changed.getString("mode")).isEqualTo("chat");
    }

    @Test
    void what_changes_nothing_is_published_to_nobody() {
        var alice = person();
        var chat = alice.opens();
        var wire = alice.online();

        alice.calls("update-conversation", Person.conversation(chat)).succeeds();
        alice.calls("update-conversation", Person.conversation(chat).put("mode", "together")).succeeds();

        wire.hearsNothing();
    }

    @Test
    void the_service_key_may_and_others_may_not() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        var renamed = Person.conversation(chat).put("title", "New");

        bob.calls("update-conversation", renamed).isRefused(403, "Only its owner");
        person().calls("update-conversation", renamed).isRefused(404, "no such conversation");
        assertThat(service("update-conversation", renamed).succeeds().getJsonObject("conversation").getString("title"))
                .isEqualTo("New");
    }

    @Test
    void malformed_requests_name_the_field() {
        var alice = person();
        var chat = alice.opens();

        alice.calls("update-conversation", new JsonObject()).isRefused(400, "`conversation_id`");
        alice.calls("update-conversation", Person.conversation(chat).put("mode", " ")).isRefused(400, "`mode`");
        alice.calls("update-conversation", Person.conversation(chat).put("title", "x".repeat(501))).isRefused(400, "`title`");
        alice.calls("update-conversation", Person.conversation(chat).put("meta", "text")).isRefused(400, "`meta`");
    }
}

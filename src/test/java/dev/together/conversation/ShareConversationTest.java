package dev.together.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.together.testing.Person;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

@QuarkusTest
class ShareConversationTest extends WithPeople {

    @Test
    void the_owner_opens_it_and_becomes_its_first_participant() {
        var alice = person();
        var chat = alice.opens();

        var reply = alice.calls("share-conversation", Person.conversation(chat)).succeeds();

        assertThat(reply.getString("message")).isEqualTo("Conversation shared");
        var conversation = reply.getJsonObject("conversation");
        assertThat(conversation.getBoolean("is_public")).isTrue();
        var participants = conversation.getJsonArray("participants");
        assertThat(participants).hasSize(1);
        assertThat(participants.getJsonObject(0).fieldNames()).containsExactly("user_id", "role", "joined_at");
        assertThat(participants.getJsonObject(0).getString("user_id")).isEqualTo(alice.id.toString());
        assertThat(participants.getJsonObject(0).getString("role")).isEqualTo("owner");
    }

    @Test
    void participants_see_the_change() {
        var alice = person();
        var chat = alice.opens();
        var wire = alice.online();
        var stranger = person().online();

        var conversation = alice.shares(chat);

        var heard = wire.hearsUpdate("UPDATE");
        assertThat(heard.content().getJsonObject("data")).isEqualTo(conversation);
        wire.hearsNothing();
        stranger.hearsNothing();
    }

    @Test
    void sharing_again_changes_and_tells_nothing() {
        var alice = person();
        var chat = alice.opens();
        var first = alice.shares(chat);
        var wire = alice.online();

        var again = alice.shares(chat);

        assertThat(again).isEqualTo(first);
        wire.hearsNothing();
    }

    @Test
    void a_closed_conversation_keeps_its_people_and_takes_no_more() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        var bobsWire = bob.online();

        var reply = alice.calls("share-conversation", Person.conversation(chat).put("is_public", false)).succeeds();

        assertThat(reply.getString("message")).isEqualTo("Conversation closed");
        var closed = bobsWire.receives(frame -> frame.event().equals("broadcast")
                && !frame.content().getJsonObject("data").getBoolean("is_public"));
        assertThat(closed.content().getString("eventType")).isEqualTo("UPDATE");
        person().calls("join-conversation", Person.conversation(chat)).isRefused(404, "not shared");
        bob.says(chat, "still here");
        assertThat(bobsWire.hears("message-insert").content().getString("chat_id")).isEqualTo(chat);
    }

    @Test
    void nobody_but_the_owner_shares_it() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        var wire = alice.online();

        bob.calls("share-conversation", Person.conversation(chat).put("is_public", false)).isRefused(403, "owner");
        person().calls("share-conversation", Person.conversation(chat)).isRefused(404, "no such");

        wire.hearsNothing();
    }

    @Test
    void an_unknown_conversation_is_not_found() {
        person().calls("share-conversation", Person.conversation(UUID.randomUUID().toString())).isRefused(404, "no such");
    }

    @Test
    void malformed_requests_name_the_field() {
        var alice = person();
        alice.calls("share-conversation", new JsonObject()).isRefused(400, "`conversation_id`", "null");
        alice.calls("share-conversation", Person.conversation("x")).isRefused(400, "`conversation_id`", "type");
        alice.calls("share-conversation", Person.conversation(alice.opens()).put("is_public", "maybe"))
                .isRefused(400, "`is_public`", "type");
    }
}

package dev.together.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.together.testing.Person;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

@QuarkusTest
class RemoveParticipantTest extends WithPeople {

    @Test
    void who_is_put_out_sees_it_go_and_is_sent_nothing_more() {
        var alice = person();
        var bob = person();
        var carol = person();
        var chat = alice.opensWith(bob, carol);
        var bobsWire = bob.online();
        var carolsWire = carol.online();

        var reply = alice.calls("remove-participant", of(chat, bob.id)).succeeds();
        alice.says(chat, "Without Bob");

        assertThat(reply.getJsonObject("conversation").getJsonArray("participants")).hasSize(2);
        assertThat(bobsWire.hearsUpdate("DELETE").content().getJsonObject("data").getString("id")).isEqualTo(chat);
        bobsWire.hearsNothing();
        carolsWire.hearsOfParticipants(2);
        carolsWire.hears("message-insert");
        bob.calls("chat-send", Person.message(chat, "hello?")).isRefused(404, "no such conversation");
        bob.calls("chat-history", new JsonObject().put("chat_id", chat)).isRefused(404, "no such conversation");
    }

    @Test
    void who_is_banned_does_not_come_back_until_the_ban_is_lifted() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);

        alice.calls("remove-participant", of(chat, bob.id).put("is_banned", true)).succeeds();

        bob.calls("join-conversation", Person.conversation(chat)).isRefused(404, "no such conversation");
        var invite = alice.calls("create-invite", Person.conversation(chat)).succeeds().getString("invite");
        bob.calls("join-conversation", new JsonObject().put("invite", invite)).isRefused(404, "no such conversation");
        assertThat(alice.calls("remove-participant", of(chat, bob.id)).succeeds().getString("message"))
                .isEqualTo("Not in the conversation");
        bob.joins(chat);
    }

    @Test
    void somebody_can_be_banned_before_they_come() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith();
        var wire = alice.online();

        alice.calls("remove-participant", of(chat, bob.id).put("is_banned", true)).succeeds();

        wire.hearsNothing();
        bob.calls("join-conversation", Person.conversation(chat)).isRefused(404, "no such conversation");
    }

    @Test
    void only_the_owner_and_the_service_key_may_and_the_owner_stays() {
        var alice = person();
        var bob = person();
        var carol = person();
        var chat = alice.opensWith(bob, carol);

        bob.calls("remove-participant", of(chat, carol.id)).isRefused(403, "Only its owner");
        person().calls("remove-participant", of(chat, carol.id)).isRefused(404, "no such conversation");
        alice.calls("remove-participant", of(chat, alice.id)).isRefused(403, "`user_id` is the owner");
        service("remove-participant", of(chat, carol.id)).succeeds();
        alice.calls("remove-participant", Person.conversation(chat)).isRefused(400, "`user_id`");
    }

    @Test
    void another_participant_becomes_the_owner() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        var alicesWire = alice.online();

        alice.calls("transfer-conversation", of(chat, bob.id)).succeeds();

        var data = alicesWire.hearsUpdate("UPDATE").content().getJsonObject("data");
        assertThat(data.getString("owner_user_id")).isEqualTo(bob.id.toString());
        assertThat(data.getJsonArray("participants")).extracting(one -> ((JsonObject) one).getString("role"))
                .containsExactly("member", "owner");
        alice.calls("update-conversation", Person.conversation(chat).put("title", "Mine")).isRefused(403, "Only its owner");
        bob.calls("remove-participant", of(chat, alice.id)).succeeds();
    }

    @Test
    void only_to_who_is_in_it_and_only_by_its_owner() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        var wire = alice.online();

        alice.calls("transfer-conversation", of(chat, UUID.randomUUID())).isRefused(404, "`user_id`");
        bob.calls("transfer-conversation", of(chat, bob.id)).isRefused(403, "Only its owner");
        alice.calls("transfer-conversation", of(chat, alice.id)).succeeds();

        wire.hearsNothing();
    }

    private static JsonObject of(String chat, UUID user) {
        return Person.conversation(chat).put("user_id", user.toString());
    }
}

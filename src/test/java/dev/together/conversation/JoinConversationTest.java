package dev.together.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.together.testing.Person;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

@QuarkusTest
class JoinConversationTest extends WithPeople {

    @Test
    void it_appears_for_the_joiner_and_everyone_else_sees_them_arrive() {
        var alice = person();
        var bob = person();
        var carol = person();
        var chat = alice.opensWith(bob);
        var alicesWire = alice.online();
        var bobsWire = bob.online();
        var carolsTab = carol.online();
        var carolsPhone = carol.online();
        var stranger = person().online();

        var reply = carol.calls("join-conversation", Person.conversation(chat)).succeeds();

        assertThat(reply.getString("message")).isEqualTo("Joined conversation");
        var conversation = reply.getJsonObject("conversation");
        assertThat(conversation.getJsonArray("participants")).hasSize(3);
        assertThat(conversation.getJsonArray("participants").getJsonObject(2).getString("role")).isEqualTo("member");
        for (var wire : List.of(carolsTab, carolsPhone)) {
            assertThat(wire.hearsUpdate("INSERT").content().getJsonObject("data")).isEqualTo(conversation);
        }
        for (var wire : List.of(alicesWire, bobsWire)) {
            var arrived = wire.hearsOfParticipants(3);
            assertThat(arrived.content().getString("eventType")).isEqualTo("UPDATE");
            assertThat(arrived.content().getJsonObject("data")).isEqualTo(conversation);
            wire.hearsNothing();
        }
        carolsTab.hearsNothing();
        stranger.hearsNothing();
    }

    @Test
    void joining_again_changes_and_tells_nothing() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        var alicesWire = alice.online();
        var bobsWire = bob.online();

        var reply = bob.calls("join-conversation", Person.conversation(chat)).succeeds();

        assertThat(reply.getString("message")).isEqualTo("Already joined");
        assertThat(reply.getJsonObject("conversation").getJsonArray("participants")).hasSize(2);
        alicesWire.hearsNothing();
        bobsWire.hearsNothing();
    }

    @Test
    void many_join_at_the_same_instant() {
        var alice = person();
        var chat = alice.opensWith();
        var wire = alice.online();

        var crowd = IntStream.range(0, 12).mapToObj(number -> person()).toList();
        crowd.parallelStream().forEach(somebody -> somebody.joins(chat));

        IntStream.rangeClosed(2, 13).forEach(wire::hearsOfParticipants);
        wire.hearsNothing();
    }

    @Test
    void the_same_person_joins_once_from_many_tabs_at_the_same_instant() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith();
        var wire = alice.online();

        IntStream.range(0, 8).parallel().forEach(tab -> bob.joins(chat));

        wire.hearsOfParticipants(2);
        wire.hearsNothing();
    }

    @Test
    void a_joiner_hears_what_is_said_from_then_on() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith();
        alice.says(chat, "before");
        var wire = bob.online();

        bob.joins(chat);
        var said = alice.says(chat, "after");

        assertThat(wire.hears("message-insert").content().getJsonObject("message")).isEqualTo(said);
        wire.hearsNothing();
    }

    @Test
    void the_owner_is_in_their_conversation_already() {
        var alice = person();
        var chat = alice.opens();

        var reply = alice.calls("join-conversation", Person.conversation(chat)).succeeds();

        assertThat(reply.getString("message")).isEqualTo("Already joined");
    }

    @Test
    void what_is_not_shared_cannot_be_told_from_what_is_not_there() {
        var alice = person();
        var chat = alice.opens();
        var wire = alice.online();

        var notShared = person().calls("join-conversation", Person.conversation(chat));
        var unknown = person().calls("join-conversation", Person.conversation(UUID.randomUUID().toString()));

        notShared.isRefused(404, "not shared");
        assertThat(unknown.error()).isEqualTo(notShared.error());
        assertThat(unknown.status()).isEqualTo(notShared.status());
        wire.hearsNothing();
    }

    @Test
    void malformed_requests_name_the_field() {
        person().calls("join-conversation", new JsonObject()).isRefused(400, "`conversation_id` or `invite`");
        person().calls("join-conversation", new JsonObject().put("conversation_id", 7))
                .isRefused(400, "`conversation_id`", "type");
    }
}

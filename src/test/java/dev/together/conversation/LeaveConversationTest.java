package dev.together.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.together.testing.AtOnce;
import dev.together.testing.Person;
import dev.together.testing.TestProcess;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

@QuarkusTest
class LeaveConversationTest extends WithPeople {

    private static final Duration ENDS_WITHIN = Duration.ofSeconds(30);

    @Test
    void it_goes_for_the_leaver_and_the_rest_see_them_leave() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        var alicesWire = alice.online();
        var bobsTab = bob.online();
        var bobsPhone = bob.online();

        var reply = bob.leaves(chat);

        assertThat(reply).isEqualTo(new JsonObject().put("message", "Left conversation").put("conversation_id", chat));
        var gone = bobsTab.hearsUpdate("DELETE");
        assertThat(gone.content().getJsonObject("data").getString("id")).isEqualTo(chat);
        assertThat(bobsPhone.hearsUpdate("DELETE").id()).isEqualTo(gone.id());
        var left = alicesWire.hearsOfParticipants(1);
        assertThat(left.content().getString("eventType")).isEqualTo("UPDATE");
        alicesWire.hearsNothing();
        bobsTab.hearsNothing();
    }

    @Test
    void many_leave_at_once_and_each_does() {
        var alice = person();
        var bob = person();
        var chats = Stream.generate(() -> alice.opensWith(bob)).limit(40).toList();

        var answers = AtOnce.call(chats.size(),
                index -> bob.calls("leave-conversation", Person.conversation(chats.get(index))).status());

        // A process that has just started may be too slow for the last of them: those ask again.
        assertThat(answers).contains(200).isSubsetOf(200, 503);
        var late = IntStream.range(0, chats.size()).filter(index -> answers.get(index) == 503).mapToObj(chats::get).toList();
        TestProcess.waitUntil(ENDS_WITHIN, () -> late.stream().allMatch(chat -> hasLeft(bob, chat)));
        assertThat(bob.calls("list-conversations", new JsonObject()).succeeds().getJsonArray("conversations")).isEmpty();
    }

    private static boolean hasLeft(Person person, String chat) {
        return person.calls("leave-conversation", Person.conversation(chat)).status() == 404;
    }

    @Test
    void who_has_left_hears_and_does_nothing_more() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        bob.leaves(chat);
        var wire = bob.online();

        alice.says(chat, "alone again");

        wire.hearsNothing();
        bob.calls("chat-send", Person.message(chat, "hello?")).isRefused(404, "no such conversation");
        bob.calls("chat-history", new JsonObject().put("chat_id", chat)).isRefused(404, "no such conversation");
    }

    @Test
    void who_comes_back_hears_everything_said_from_then_on() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        var wire = bob.online();
        alice.says(chat, "one");
        bob.leaves(chat);
        alice.says(chat, "two");

        bob.joins(chat);
        alice.says(chat, "three");

        var numbers = wire.hears("message-insert", 2).stream()
                .map(heard -> heard.content().getJsonObject("message").getInteger("message_number")).toList();
        assertThat(numbers).containsExactly(1, 3);
        wire.hearsNothing();
    }

    @Test
    void leaving_twice_is_refused() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        bob.leaves(chat);
        var wire = alice.online();

        bob.calls("leave-conversation", Person.conversation(chat)).isRefused(404, "no such conversation");

        wire.hearsNothing();
    }

    @Test
    void the_place_of_an_owner_who_leaves_goes_to_who_has_been_there_for_longest() {
        var alice = person();
        var bob = person();
        var carol = person();
        var chat = alice.opensWith(bob, carol);
        var carolsWire = carol.online();

        alice.leaves(chat);

        var data = carolsWire.hearsUpdate("UPDATE").content().getJsonObject("data");
        assertThat(data.getString("owner_user_id")).isEqualTo(bob.id.toString());
        assertThat(data.getString("user_id")).isEqualTo(bob.id.toString());
        assertThat(data.getJsonArray("participants")).extracting(one -> ((JsonObject) one).getString("role"))
                .containsExactly("owner", "member");
        alice.calls("chat-send", Person.message(chat, "still there?")).isRefused(404, "no such conversation");
        alice.calls("chat-history", new JsonObject().put("chat_id", chat)).isRefused(404, "no such conversation");
        bob.calls("share-conversation", Person.conversation(chat)).succeeds();
    }

    @Test
    void who_becomes_the_owner_is_sent_nothing_from_before_they_came() {
        var alice = person();
        var bob = person();
        var chat = alice.opens();
        alice.says(chat, "Before");
        alice.shares(chat);
        bob.joins(chat);
        alice.leaves(chat);

        var wire = bob.onlineSince(Instant.EPOCH);

        assertThat(wire.hearsUpdate("INSERT").isReplayed()).isTrue();
        alice.calls("chat-send", Person.message(chat, "After")).isRefused(404, "no such conversation");
        bob.says(chat, "Mine");
        assertThat(wire.hears("message-insert").content().getJsonObject("message").getString("text")).isEqualTo("Mine");
    }

    @Test
    void an_owner_who_is_alone_is_pointed_to_deletion() {
        var alice = person();
        var shared = alice.opensWith();

        alice.calls("leave-conversation", Person.conversation(shared)).isRefused(403, "delete-conversation");
        alice.calls("leave-conversation", Person.conversation(alice.opens())).isRefused(403, "delete-conversation");
    }

    @Test
    void a_stranger_cannot_leave_and_an_unknown_conversation_is_not_found() {
        var chat = person().opensWith(person());

        person().calls("leave-conversation", Person.conversation(chat)).isRefused(404, "no such conversation");
        person().calls("leave-conversation", Person.conversation(UUID.randomUUID().toString())).isRefused(404, "no such");
    }

    @Test
    void malformed_requests_name_the_field() {
        person().calls("leave-conversation", new JsonObject()).isRefused(400, "`conversation_id`", "null");
        person().calls("leave-conversation", Person.conversation("nonsense")).isRefused(400, "`conversation_id`", "type");
    }
}

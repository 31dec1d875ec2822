package dev.together.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;

import dev.together.testing.AtOnce;
import dev.together.testing.Person;
import dev.together.testing.TestProcess;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;

@QuarkusTest
class DeleteConversationTest extends WithPeople {

    private static final Duration ENDS_WITHIN = Duration.ofSeconds(30);

    /** Wherever something of a conversation is. */
    private static final List<String> TABLES = List.of("conversations where id",
            "conversations_participants where conversation_id",
            "messages where chat_id", "message_changes where chat_id", "read_marks where conversation_id",
            "conversation_invites where conversation_id", "conversation_bans where conversation_id",
            "conversation_purges where chat_id", "outbox where chat_id");

    @Inject
    Pool pool;

    @Test
    void it_goes_for_everybody_and_nothing_of_it_stays() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        var eve = person();
        alice.calls("create-invite", Person.conversation(chat)).succeeds();
        alice.calls("remove-participant", Person.conversation(chat).put("user_id", eve.id.toString()).put("is_banned", true))
                .succeeds();
        alice.says(chat, "One");
        bob.calls("mark-read", new JsonObject().put("chat_id", chat).put("message_number", 1)).succeeds();
        var alicesWire = alice.online();
        var bobsWire = bob.online();

        var reply = alice.calls("delete-conversation", Person.conversation(chat)).succeeds();

        assertThat(reply.getString("conversation_id")).isEqualTo(chat);
        assertThat(alicesWire.hearsUpdate("DELETE").content().getJsonObject("data").getString("id")).isEqualTo(chat);
        assertThat(bobsWire.hearsUpdate("DELETE").content().getJsonObject("data").getString("id")).isEqualTo(chat);
        bob.calls("chat-send", Person.message(chat, "hello?")).isRefused(404, "no such conversation");
        bob.calls("chat-history", new JsonObject().put("chat_id", chat)).isRefused(404, "no such conversation");
        alice.calls("delete-conversation", Person.conversation(chat)).isRefused(404, "no such conversation");
        TestProcess.waitUntil(ENDS_WITHIN, () -> TABLES.stream().allMatch(table -> count(table, chat) == 0));
        assertThat(count("conversation_updates where event_type <> 'DELETE' and conversation_id", chat)).isZero();
    }

    @Test
    void who_was_away_learns_of_it_in_the_order_of_things() {
        var alice = person();
        var bob = person();
        var since = Instant.now().minusSeconds(1);
        var deleted = alice.opensWith(bob);
        alice.says(deleted, "Before");
        alice.calls("delete-conversation", Person.conversation(deleted)).succeeds();
        var later = alice.opensWith(bob);

        var wire = bob.onlineSince(since);

        var deletion = wire.hearsUpdate("DELETE");
        assertThat(deletion.content().getJsonObject("data").getString("id")).isEqualTo(deleted);
        assertThat(deletion.isReplayed()).isTrue();
        assertThat(wire.hearsUpdate("INSERT").content().getJsonObject("data").getString("id")).isEqualTo(later);
        wire.hearsNothing();
    }

    @Test
    void what_is_sent_just_then_is_stored_before_or_refused() {
        var alice = person();
        var bob = person();
        for (int round = 0; round < 10; round++) {
            var chat = alice.opensWith(bob);
            var statuses = new ArrayList<Integer>(AtOnce.call(6, index -> index == 3
                    ? alice.calls("delete-conversation", Person.conversation(chat)).status()
                    : bob.calls("chat-send", Person.message(chat, "Hello")).status()));

            assertThat(statuses).isSubsetOf(200, 404, 503);
            TestProcess.waitUntil(ENDS_WITHIN,
                    () -> alice.calls("delete-conversation", Person.conversation(chat)).status() == 404);
            TestProcess.waitUntil(ENDS_WITHIN, () -> count("messages where chat_id", chat) == 0);
        }
    }

    @Test
    void only_the_owner_and_the_service_key_may() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);

        bob.calls("delete-conversation", Person.conversation(chat)).isRefused(403, "Only its owner");
        person().calls("delete-conversation", Person.conversation(chat)).isRefused(404, "no such conversation");
        service("delete-conversation", Person.conversation(chat)).succeeds();
        alice.calls("delete-conversation", new JsonObject()).isRefused(400, "`conversation_id`");
    }

    private long count(String table, String chat) {
        return pool.preparedQuery("select count(*) as n from " + table + " = $1")
                .execute(Tuple.of(UUID.fromString(chat)))
                .await().atMost(ENDS_WITHIN).iterator().next().getLong("n");
    }
}

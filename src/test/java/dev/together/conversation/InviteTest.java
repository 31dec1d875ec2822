package dev.together.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.together.testing.AtOnce;
import dev.together.testing.Person;
import dev.together.testing.TestProcess;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

/** Secret links into conversations. */
@QuarkusTest
class InviteTest extends WithPeople {

    @Test
    void it_lets_into_a_conversation_that_is_not_shared() {
        var alice = person();
        var bob = person();
        var chat = alice.opens();
        var alicesWire = alice.online();
        var bobsWire = bob.online();
        var invite = invite(alice, Person.conversation(chat));

        var joined = bob.calls("join-conversation", invite).succeeds().getJsonObject("conversation");

        assertThat(joined.getJsonArray("participants")).extracting(one -> ((JsonObject) one).getString("role"))
                .containsExactly("owner", "member");
        assertThat(bobsWire.hearsUpdate("INSERT").content().getJsonObject("data").getString("id")).isEqualTo(chat);
        alicesWire.hearsOfParticipants(2);
        alice.says(chat, "Welcome");
        bobsWire.hears("message-insert");
        alicesWire.hears("message-insert");
        person().calls("join-conversation", Person.conversation(chat)).isRefused(404, "no such conversation");
    }

    @Test
    void of_many_at_once_no_more_join_than_may_and_who_is_in_uses_nothing() {
        var alice = person();
        var chat = alice.opens();
        var invite = invite(alice, Person.conversation(chat).put("max_uses", 3));
        var others = Stream.generate(this::person).limit(8).toList();

        var answers = AtOnce.call(others.size(), index -> {
            int status = others.get(index).calls("join-conversation", invite).status();
            return status == 503 ? others.get(index).calls("join-conversation", invite).status() : status;
        });

        assertThat(answers).filteredOn(status -> status == 200).hasSize(3);
        assertThat(answers).isSubsetOf(200, 404);
        var member = others.get(answers.indexOf(200));
        assertThat(member.calls("join-conversation", invite).status()).isEqualTo(404);
        var second = invite(alice, Person.conversation(chat));
        assertThat(member.calls("join-conversation", second).succeeds().getString("message")).isEqualTo("Already joined");
        person().calls("join-conversation", second).succeeds();
    }

    @Test
    void wrong_spent_expired_and_revoked_are_answered_alike() {
        var alice = person();
        var chat = alice.opens();
        var wrong = new JsonObject().put("invite", "nonsense");
        var spent = invite(alice, Person.conversation(chat));
        person().calls("join-conversation", spent).succeeds();
        var expired = invite(alice, Person.conversation(chat).put("expires_in", 1));
        var revoked = invite(alice, Person.conversation(chat));
        alice.calls("revoke-invite", Person.conversation(chat).mergeIn(revoked)).succeeds();
        alice.calls("revoke-invite", Person.conversation(chat).mergeIn(revoked)).succeeds();
        var end = Instant.now().plusMillis(1_200);
        TestProcess.waitUntil(Duration.ofSeconds(30), () -> Instant.now().isAfter(end));

        var answers = Stream.of(wrong, spent, expired, revoked)
                .map(invite -> person().calls("join-conversation", invite)).toList();

        assertThat(answers).allSatisfy(answer -> answer.isRefused(404, "no such conversation"));
        assertThat(answers.stream().map(answer -> answer.body().encode()).distinct()).hasSize(1);
    }

    @Test
    void only_the_owner_makes_and_revokes_it() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        var invite = invite(alice, Person.conversation(chat));

        bob.calls("create-invite", Person.conversation(chat)).isRefused(403, "Only its owner");
        bob.calls("revoke-invite", Person.conversation(chat).mergeIn(invite)).isRefused(403, "Only its owner");
        person().calls("create-invite", Person.conversation(chat)).isRefused(404, "no such conversation");
        person().calls("join-conversation", invite).succeeds();
    }

    @Test
    void malformed_requests_name_the_field() {
        var alice = person();
        var chat = Person.conversation(alice.opens());

        alice.calls("create-invite", chat.copy().put("expires_in", 0)).isRefused(400, "`expires_in`");
        alice.calls("create-invite", chat.copy().put("max_uses", 1_001)).isRefused(400, "`max_uses`");
        alice.calls("revoke-invite", chat).isRefused(400, "`invite`");
        alice.calls("join-conversation", new JsonObject()).isRefused(400, "`conversation_id` or `invite`");
        alice.calls("join-conversation", chat.copy().put("invite", "x")).isRefused(400, "`conversation_id` or `invite`");
        alice.calls("join-conversation", new JsonObject().put("invite", "x".repeat(101))).isRefused(400, "`invite`");
    }

    private static JsonObject invite(Person owner, JsonObject request) {
        var reply = owner.calls("create-invite", request).succeeds();
        assertThat(Instant.parse(reply.getString("expires_at"))).isAfter(Instant.now().minusSeconds(60));
        return new JsonObject().put("invite", reply.getString("invite"));
    }
}

package dev.together.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.together.testing.Answer;
import dev.together.testing.Person;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class GetConversationTest extends WithPeople {

    @Test
    void a_conversation_is_given_whole_to_who_is_in_it_and_to_the_service_key() {
        var alice = person();
        var bob = person();
        var chat = alice.opens();
        alice.shares(chat);
        var joined = bob.joins(chat);

        for (var answer : new Answer[] { alice.calls("get-conversation", Person.conversation(chat)),
                bob.calls("get-conversation", Person.conversation(chat)),
                service("get-conversation", Person.conversation(chat)) }) {
            assertThat(answer.succeeds().getJsonObject("conversation")).isEqualTo(joined);
        }
    }

    @Test
    void an_owner_gets_one_that_is_not_shared() {
        var alice = person();
        var chat = alice.opens();

        var found = alice.calls("get-conversation", Person.conversation(chat)).succeeds().getJsonObject("conversation");

        assertThat(found.getString("id")).isEqualTo(chat);
        assertThat(found.getJsonArray("participants")).isEmpty();
    }

    @Test
    void for_a_stranger_there_is_none_shared_or_not() {
        var alice = person();
        var chat = alice.opens();

        person().calls("get-conversation", Person.conversation(chat)).isRefused(404, "no such conversation");
        alice.shares(chat);
        person().calls("get-conversation", Person.conversation(chat)).isRefused(404, "no such conversation");
        service("get-conversation", Person.conversation(UUID.randomUUID().toString())).isRefused(404);
    }
}

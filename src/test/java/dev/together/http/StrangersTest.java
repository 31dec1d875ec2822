package dev.together.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.together.testing.Answer;
import dev.together.testing.Person;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Where somebody is not in a conversation, it does not exist for them. */
@QuarkusTest
class StrangersTest extends WithPeople {

    private static final String SENTENCE = "There is no such conversation, or it is not shared";

    @ParameterizedTest
    @CsvSource({ "share-conversation,false", "share-conversation,true", "join-conversation,false", "leave-conversation,false",
            "leave-conversation,true", "chat-history,false", "chat-history,true", "chat-send,false", "chat-send,true",
            "chat-send batch,false", "chat-send batch,true" })
    void an_unknown_conversation_and_one_of_others_are_answered_alike(String function, boolean isShared) {
        var alice = person();
        var foreign = isShared ? alice.opensWith(person()) : alice.opens();
        var left = alice.opensWith();
        var bob = person();
        bob.joins(left);
        bob.leaves(left);
        alice.calls("share-conversation", Person.conversation(left).put("is_public", false)).succeeds();

        var unknown = call(bob, function, UUID.randomUUID().toString());

        unknown.isRefused(404);
        assertThat(unknown.error()).isEqualTo(SENTENCE);
        for (var chat : new String[] { foreign, left }) {
            var answer = call(bob, function, chat);
            assertThat(answer.status()).as(answer.body().encode()).isEqualTo(404);
            assertThat(answer.body()).isEqualTo(unknown.body());
        }
    }

    private static Answer call(Person person, String function, String chat) {
        var request = new JsonObject().put("conversation_id", chat).put("chat_id", chat).put("mode", "m");
        if (function.equals("chat-send")) {
            request.put("text", "psst");
        } else if (function.equals("chat-send batch")) {
            request.put("messages", new JsonArray().add(new JsonObject().put("text", "psst")));
        }
        return person.calls(function.replace(" batch", ""), request);
    }
}

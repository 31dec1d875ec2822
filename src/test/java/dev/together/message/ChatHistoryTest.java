package dev.together.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.together.testing.Person;
import dev.together.testing.TestTokens;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

@QuarkusTest
class ChatHistoryTest extends WithPeople {

    @Test
    void messages_come_in_order_as_they_were_saved() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        var saved = List.of(alice.says(chat, "one"), bob.says(chat, "two"), alice.says(chat, "three"));

        var history = bob.calls("chat-history", request(chat)).succeeds().getJsonArray("messages");

        assertThat(history).isEqualTo(new JsonArray(saved));
    }

    @Test
    void the_newest_fifty_come_unless_asked_otherwise() {
        var alice = personWhoSaid(60);

        assertThat(numbers(alice.person, alice.request())).containsExactlyElementsOf(range(11, 60));
        assertThat(numbers(alice.person, alice.request().put("limit", 3))).containsExactly(58, 59, 60);
        assertThat(numbers(alice.person, alice.request().put("limit", 200))).hasSize(60);
    }

    @Test
    void pages_go_forwards_and_backwards() {
        var alice = personWhoSaid(10);

        assertThat(numbers(alice.person, alice.request().put("after", 4))).containsExactlyElementsOf(range(5, 10));
        assertThat(numbers(alice.person, alice.request().put("after", 4).put("limit", 2))).containsExactly(5, 6);
        assertThat(numbers(alice.person, alice.request().put("after", 0).put("limit", 2))).containsExactly(1, 2);
        assertThat(numbers(alice.person, alice.request().put("after", 10))).isEmpty();
        assertThat(numbers(alice.person, alice.request().put("before", 7).put("limit", 2))).containsExactly(5, 6);
        assertThat(numbers(alice.person, alice.request().put("before", 1))).isEmpty();
    }

    @Test
    void a_page_of_large_messages_ends_early_and_the_next_goes_on() {
        var alice = personWhoSaid(0);
        for (int batch = 0; batch < 4; batch++) {
            alice.person.calls("chat-send", alice.tenLargeOnes()).succeeds();
        }
        var forwards = alice.request().put("limit", 200).put("after", 0);
        var backwards = alice.request().put("limit", 200);
        var found = new ArrayList<Integer>();
        var foundBackwards = new ArrayList<Integer>();

        for (var page = numbers(alice.person, forwards); !page.isEmpty(); page = numbers(alice.person, forwards)) {
            assertThat(page).hasSizeBetween(1, 20);
            found.addAll(page);
            forwards.put("after", found.get(found.size() - 1));
        }
        for (var page = numbers(alice.person, backwards); !page.isEmpty(); page = numbers(alice.person, backwards)) {
            assertThat(page).hasSizeBetween(1, 20);
            foundBackwards.addAll(0, page);
            backwards.put("before", foundBackwards.get(0));
        }

        assertThat(found).containsExactlyElementsOf(range(1, 40));
        assertThat(foundBackwards).containsExactlyElementsOf(range(1, 40));
    }

    @Test
    void reading_tells_nobody() {
        var alice = personWhoSaid(1);
        var wire = alice.person.online();

        assertThat(numbers(alice.person, alice.request())).containsExactly(1);

        wire.hearsNothing();
    }

    @Test
    void the_service_key_reads_every_conversation() {
        var alice = personWhoSaid(2);

        assertThat(service("chat-history", alice.request()).succeeds().getJsonArray("messages")).hasSize(2);
    }

    @Test
    void a_stranger_reads_nothing() {
        var alice = personWhoSaid(2);

        person().calls("chat-history", alice.request()).isRefused(404, "no such conversation");
        Person.call(server, "chat-history", TestTokens.anon(), alice.request().encode()).isRefused(401, "signed-in user");
    }

    @Test
    void an_unknown_conversation_is_not_found() {
        var unknown = request(UUID.randomUUID().toString());

        person().calls("chat-history", unknown).isRefused(404, "no such conversation");
        service("chat-history", unknown).isRefused(404, "no such conversation");
    }

    @Test
    void malformed_requests_name_the_field() {
        var alice = personWhoSaid(0);
        alice.person.calls("chat-history", new JsonObject()).isRefused(400, "`chat_id`", "null");
        alice.person.calls("chat-history", request("x")).isRefused(400, "`chat_id`", "type");
        alice.person.calls("chat-history", alice.request().put("limit", 0)).isRefused(400, "`limit`", "1");
        alice.person.calls("chat-history", alice.request().put("limit", 201)).isRefused(400, "`limit`", "200");
        alice.person.calls("chat-history", alice.request().put("limit", 1.5)).isRefused(400, "`limit`", "type");
        alice.person.calls("chat-history", alice.request().put("after", -1)).isRefused(400, "`after`");
        alice.person.calls("chat-history", alice.request().put("before", 0)).isRefused(400, "`before`");
        alice.person.calls("chat-history", alice.request().put("after", 1).put("before", 3))
                .isRefused(400, "`after` and `before`");
    }

    /** Somebody and their conversation. */
    private record Speaker(Person person, String chat) {

        JsonObject request() {
            return ChatHistoryTest.request(chat);
        }

        JsonObject tenLargeOnes() {
            var large = new JsonObject().put("text", "x".repeat(60_000));
            return request().put("mode", "voice").put("messages", new JsonArray(Collections.nCopies(10, large)));
        }
    }

    private Speaker personWhoSaid(int count) {
        var person = person();
        var chat = person.opens();
        IntStream.range(0, count).forEach(number -> person.says(chat, "m" + number));
        return new Speaker(person, chat);
    }

    private static JsonObject request(String chat) {
        return new JsonObject().put("chat_id", chat);
    }

    private static List<Integer> numbers(Person person, JsonObject request) {
        return person.calls("chat-history", request).succeeds().getJsonArray("messages").stream()
                .map(message -> ((JsonObject) message).getInteger("message_number")).toList();
    }

    private static List<Integer> range(int first, int last) {
        return IntStream.rangeClosed(first, last).boxed().toList();
    }
}

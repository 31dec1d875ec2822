package dev.together.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.together.testing.Person;
import dev.together.testing.TestTokens;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

@QuarkusTest
class ListConversationsTest extends WithPeople {

    @Test
    void own_and_joined_conversations_come_each_once_newest_activity_first() {
        var alice = person();
        var bob = person();
        var own = alice.opens();
        var joined = bob.opensWith(alice);
        var shared = alice.opensWith(bob);
        var strangers = person().opensWith(bob);

        bob.says(joined, "newest");

        assertThat(ids(list(alice, new JsonObject()))).containsExactly(joined, shared, own);
        assertThat(ids(list(bob, new JsonObject()))).containsExactly(joined, strangers, shared);
    }

    @Test
    void a_conversation_comes_with_its_participants() {
        var alice = person();
        var chat = alice.opensWith(person(), person());

        var conversation = list(alice, new JsonObject()).getJsonArray("conversations").getJsonObject(0);

        assertThat(conversation.getString("id")).isEqualTo(chat);
        assertThat(conversation.getJsonArray("participants")).hasSize(3);
        assertThat(conversation.getJsonArray("participants").getJsonObject(0).getString("role")).isEqualTo("owner");
    }

    @Test
    void pages_follow_each_other_without_gap_or_repeat() {
        var alice = person();
        var opened = IntStream.range(0, 7).mapToObj(number -> alice.opens()).toList();

        var found = new ArrayList<String>();
        var page = list(alice, new JsonObject().put("limit", 3));
        found.addAll(ids(page));
        while (page.getString("next_before") != null) {
            page = list(alice, new JsonObject().put("limit", 3).put("before", page.getString("next_before")));
            found.addAll(ids(page));
        }

        assertThat(found).doesNotHaveDuplicates().containsExactlyElementsOf(reversed(opened));
    }

    @Test
    void a_page_of_large_conversations_ends_early_and_says_where_the_next_begins() {
        var alice = person();
        var large = new JsonObject().put("mode", "chat").put("meta", new JsonObject().put("a", "x".repeat(16_000)));
        IntStream.range(0, 90).forEach(number -> alice.calls("create-conversation", large).succeeds());

        var first = list(alice, new JsonObject().put("limit", 200));
        var second = list(alice, new JsonObject().put("limit", 200).put("before", first.getString("next_before")));

        assertThat(ids(first)).hasSizeBetween(50, 70);
        assertThat(ids(second)).hasSize(90 - ids(first).size()).doesNotContainAnyElementsOf(ids(first));
        assertThat(second.getString("next_before")).isNull();
    }

    @Test
    void the_time_of_the_last_conversation_leads_on_too() {
        var alice = person();
        var older = alice.opens();
        var newer = alice.opens();

        var first = list(alice, new JsonObject().put("limit", 1)).getJsonArray("conversations").getJsonObject(0);
        var next = list(alice, new JsonObject().put("before", first.getString("updated_at")));

        assertThat(first.getString("id")).isEqualTo(newer);
        assertThat(ids(next)).containsExactly(older);
    }

    @Test
    void who_left_does_not_see_it_any_more() {
        var bob = person();
        var chat = person().opensWith(bob);
        bob.leaves(chat);

        assertThat(ids(list(bob, new JsonObject()))).isEmpty();
    }

    @Test
    void malformed_requests_name_the_field() {
        var alice = person();
        alice.calls("list-conversations", new JsonObject().put("limit", 0)).isRefused(400, "`limit`", "1");
        alice.calls("list-conversations", new JsonObject().put("limit", 201)).isRefused(400, "`limit`", "200");
        alice.calls("list-conversations", new JsonObject().put("limit", "x")).isRefused(400, "`limit`", "type");
        alice.calls("list-conversations", new JsonObject().put("before", "yesterday")).isRefused(400, "`before`");
    }

    @Test
    void only_a_signed_in_user_has_conversations() {
        Person.call(server, "list-conversations", TestTokens.anon(), "{}").isRefused(401, "signed-in user");
        service("list-conversations", new JsonObject()).isRefused(401, "signed-in user");
    }

    private static JsonObject list(Person person, JsonObject request) {
        return person.calls("list-conversations", request).succeeds();
    }

    private static List<String> ids(JsonObject page) {
        return page.getJsonArray("conversations").stream().map(found -> ((JsonObject) found).getString("id")).toList();
    }

    private static List<String> reversed(List<String> list) {
        return Stream.iterate(list.size() - 1, place -> place >= 0, place -> place - 1).map(list::get).toList();
    }
}

package dev.together.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.together.testing.Answer;
import dev.together.testing.AtOnce;
import dev.together.testing.Person;
import dev.together.testing.TestTokens;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

@QuarkusTest
class ChatSendTest extends WithPeople {

    @Test
    void every_participant_hears_a_message_once() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        var alicesWire = alice.online();
        var bobsTab = bob.online();
        var bobsPhone = bob.online();
        var stranger = person().online();

        var saved = alice.says(chat, "Hello");

        var heard = bobsTab.hears("message-insert");
        assertThat(heard.content()).isEqualTo(new JsonObject().put("chat_id", chat).put("message", saved));
        assertThat(heard.isReplayed()).isFalse();
        assertThat(bobsPhone.hears("message-insert").id()).isEqualTo(heard.id());
        assertThat(alicesWire.hears("message-insert").payload()).isEqualTo(heard.payload());
        bobsTab.hearsNothing();
        stranger.hearsNothing();
    }

    @Test
    void the_row_has_everything_that_was_said() {
        var alice = person();
        var chat = alice.opens();
        var meta = new JsonObject().put("mood", "good").put("nested", new JsonObject().put("a", 1));

        var reply = alice.calls("chat-send", Person.message(chat, "Grüße 👋").put("role", "user").put("client_msg_id", "c-1")
                .put("user_id", alice.id.toString()).put("user_name", "Alice").put("meta", meta).put("chattype", "x")
                .put("analyze", true)).succeeds();

        assertThat(reply.getString("message")).isEqualTo("User message saved");
        assertThat(reply.getBoolean("llm_started")).isFalse();
        var saved = reply.getJsonObject("saved");
        assertThat(saved.fieldNames()).containsExactly("id", "chat_id", "message_number", "role", "text", "user_id",
                "user_name", "client_msg_id", "status", "mode", "meta", "context_injected", "created_at");
        assertThat(saved.getString("chat_id")).isEqualTo(chat);
        assertThat(saved.getInteger("message_number")).isEqualTo(1);
        assertThat(saved.getString("role")).isEqualTo("user");
        assertThat(saved.getString("text")).isEqualTo("Grüße 👋");
        assertThat(saved.getString("user_id")).isEqualTo(alice.id.toString());
        assertThat(saved.getString("user_name")).isEqualTo("Alice");
        assertThat(saved.getString("client_msg_id")).isEqualTo("c-1");
        assertThat(saved.getString("status")).isEqualTo("sent");
        assertThat(saved.getString("mode")).isEqualTo("together");
        assertThat(saved.getJsonObject("meta")).isEqualTo(meta);
        assertThat(saved.getBoolean("context_injected")).isFalse();
    }

    @Test
    void in_a_single_user_chat_the_sender_alone_hears() {
        var alice = person();
        var chat = alice.opens();
        var wire = alice.online();
        var stranger = person().online();

        var saved = alice.says(chat, "dear diary");

        assertThat(wire.hears("message-insert").content().getJsonObject("message")).isEqualTo(saved);
        wire.hearsNothing();
        stranger.hearsNothing();
    }

    @Test
    void numbers_count_without_holes_under_concurrent_sends_and_everyone_hears_them_in_order() {
        var alice = person();
        var bob = person();
        var carol = person();
        var chat = alice.opensWith(bob, carol);
        var wire = carol.online();

        IntStream.range(0, 60).parallel().forEach(number -> (number % 2 == 0 ? alice : bob).says(chat, "m" + number));

        var heard = wire.hears("message-insert", 60).stream()
                .map(event -> event.content().getJsonObject("message").getInteger("message_number")).toList();
        assertThat(heard).containsExactlyElementsOf(upTo(60));
        assertThat(numbers(history(alice, chat))).containsExactlyElementsOf(upTo(60).subList(10, 60));
        wire.hearsNothing();
    }

    @Test
    void a_repeated_message_is_the_first_one_again() {
        var alice = person();
        var chat = alice.opens();
        var wire = alice.online();
        var request = Person.message(chat, "once").put("client_msg_id", "same");

        var first = alice.calls("chat-send", request).succeeds();
        var again = alice.calls("chat-send", request.copy().put("user_name", "Alice")).succeeds();

        assertThat(again).isEqualTo(first);
        assertThat(history(alice, chat)).hasSize(1);
        assertThat(wire.hears("message-insert").content().getJsonObject("message")).isEqualTo(first.getJsonObject("saved"));
        wire.hearsNothing();
    }

    @Test
    void the_same_message_from_many_threads_at_one_instant_is_stored_and_told_once() {
        var alice = person();
        var chat = alice.opens();
        var wire = alice.online();
        var request = Person.message(chat, "once").put("client_msg_id", "same");

        var answers = IntStream.range(0, 24).parallel().mapToObj(thread -> alice.calls("chat-send", request).succeeds())
                .distinct().toList();

        assertThat(answers).hasSize(1);
        assertThat(history(alice, chat)).hasSize(1);
        assertThat(wire.hears("message-insert").content().getJsonObject("message"))
                .isEqualTo(answers.get(0).getJsonObject("saved"));
        wire.hearsNothing();
        assertThat(alice.says(chat, "next").getInteger("message_number")).isEqualTo(2);
    }

    @Test
    void the_same_client_msg_id_in_two_conversations_is_two_messages() {
        var alice = person();
        var first = alice.calls("chat-send", Person.message(alice.opens(), "a").put("client_msg_id", "same")).succeeds();
        var second = alice.calls("chat-send", Person.message(alice.opens(), "b").put("client_msg_id", "same")).succeeds();

        assertThat(second.getJsonObject("saved").getString("id")).isNotEqualTo(first.getJsonObject("saved").getString("id"));
    }

    @Test
    void an_assistant_speaks_with_the_service_key() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        var wire = bob.online();

        var reply = service("chat-send", Person.message(chat, "I am here").put("role", "assistant")).succeeds();

        assertThat(reply.getString("message")).isEqualTo("Assistant message saved");
        var saved = reply.getJsonObject("saved");
        assertThat(saved.getString("role")).isEqualTo("assistant");
        assertThat(saved.getString("user_id")).isNull();
        assertThat(wire.hears("message-insert").content().getJsonObject("message")).isEqualTo(saved);
    }

    @Test
    void an_assistant_in_a_single_user_chat_is_heard_by_its_owner() {
        var alice = person();
        var chat = alice.opens();
        var wire = alice.online();

        service("chat-send", Person.message(chat, "I am here").put("role", "assistant")).succeeds();

        assertThat(wire.hears("message-insert").content().getJsonObject("message").getString("role")).isEqualTo("assistant");
    }

    @Test
    void the_service_key_speaks_for_whom_it_says() {
        var alice = person();
        var chat = alice.opensWith(person());

        var saved = service("chat-send", Person.message(chat, "for her").put("user_id", alice.id.toString())).succeeds()
                .getJsonObject("saved");

        assertThat(saved.getString("user_id")).isEqualTo(alice.id.toString());
    }

    @Test
    void a_batch_arrives_as_one_event_a_message_in_order() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        var wire = bob.online();

        var reply = service("chat-send", batch(chat, "one", "two", "three")).succeeds();

        assertThat(reply.getString("message")).isEqualTo("Saved 3 messages");
        assertThat(reply.containsKey("llm_started")).isFalse();
        var saved = reply.getJsonArray("saved");
        assertThat(numbers(saved)).containsExactly(1, 2, 3);
        var heard = wire.hears("message-insert", 3).stream().map(event -> event.content().getJsonObject("message")).toList();
        assertThat(heard).isEqualTo(saved.stream().toList());
        wire.hearsNothing();
    }

    @Test
    void an_owner_sends_a_batch_with_both_voices() {
        var alice = person();
        var chat = alice.opens();
        var request = batch(chat, "question", "answer");
        request.getJsonArray("messages").getJsonObject(1).put("role", "assistant").put("mode", "voice-reply");

        var saved = alice.calls("chat-send", request).succeeds().getJsonArray("saved");

        assertThat(saved.getJsonObject(0).getString("user_id")).isEqualTo(alice.id.toString());
        assertThat(saved.getJsonObject(0).getString("mode")).isEqualTo("voice");
        assertThat(saved.getJsonObject(1).getString("role")).isEqualTo("assistant");
        assertThat(saved.getJsonObject(1).getString("user_id")).isNull();
        assertThat(saved.getJsonObject(1).getString("mode")).isEqualTo("voice-reply");
    }

    @Test
    void a_repeated_batch_stores_only_what_is_new_and_answers_with_all() {
        var alice = person();
        var chat = alice.opens();
        var wire = alice.online();
        var request = batch(chat, "one", "two");
        request.getJsonArray("messages").getJsonObject(0).put("client_msg_id", "1");
        request.getJsonArray("messages").getJsonObject(1).put("client_msg_id", "2");
        var first = alice.calls("chat-send", request).succeeds().getJsonArray("saved");

        request.getJsonArray("messages").add(new JsonObject().put("role", "user").put("text", "three"));
        var again = alice.calls("chat-send", request).succeeds().getJsonArray("saved");

        assertThat(again.getJsonObject(0)).isEqualTo(first.getJsonObject(0));
        assertThat(again.getJsonObject(1)).isEqualTo(first.getJsonObject(1));
        assertThat(numbers(again)).containsExactly(1, 2, 3);
        assertThat(wire.hears("message-insert", 3)).hasSize(3);
        wire.hearsNothing();
    }

    @Test
    void a_bad_message_stores_nothing_of_its_batch() {
        var alice = person();
        var chat = alice.opens();
        var wire = alice.online();
        var blank = batch(chat, "fine", " ");
        var foreign = batch(chat, "fine", "not mine");
        foreign.getJsonArray("messages").getJsonObject(1).put("user_id", UUID.randomUUID().toString());
        var mistyped = batch(chat, "fine");
        mistyped.getJsonArray("messages").add(new JsonObject().put("role", "user").put("text", 5));
        var strange = batch(chat, "fine");
        strange.getJsonArray("messages").add(new JsonObject().put("role", "robot").put("text", "beep"));
        var nothing = batch(chat, "fine");
        nothing.getJsonArray("messages").addNull();

        alice.calls("chat-send", blank).isRefused(400, "`messages[1].text`", "blank");
        alice.calls("chat-send", foreign).isRefused(403, "`user_id`");
        alice.calls("chat-send", mistyped).isRefused(400, "`messages[1].text`", "type");
        alice.calls("chat-send", strange).isRefused(400, "`messages[1].role`");
        alice.calls("chat-send", nothing).isRefused(400, "`messages[1]`");

        assertThat(history(alice, chat)).isEmpty();
        wire.hearsNothing();
    }

    @Test
    void a_batch_is_for_the_owner_and_the_service_key() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        var wire = alice.online();

        bob.calls("chat-send", batch(chat, "one")).isRefused(403, "owner");
        person().calls("chat-send", batch(chat, "one")).isRefused(404, "no such conversation");

        wire.hearsNothing();
        assertThat(history(alice, chat)).isEmpty();
    }

    @Test
    void a_batch_must_make_sense() {
        var alice = person();
        var chat = alice.opens();
        var repeated = batch(chat, "one", "two");
        repeated.getJsonArray("messages").forEach(message -> ((JsonObject) message).put("client_msg_id", "same"));

        alice.calls("chat-send", batch(chat)).isRefused(400, "`messages`", "empty");
        alice.calls("chat-send", batch(chat, "one").put("text", "two")).isRefused(400, "`text` and `messages`");
        alice.calls("chat-send", repeated).isRefused(409, "`client_msg_id`");
        alice.calls("chat-send", batch(chat, "one").put("messages", "two")).isRefused(400, "`messages`", "type");
    }

    @Test
    void a_batch_holds_a_hundred_messages_and_no_more() {
        var alice = person();
        var chat = alice.opens();
        var texts = IntStream.range(0, 101).mapToObj(String::valueOf).toArray(String[]::new);

        alice.calls("chat-send", batch(chat, texts)).isRefused(400, "`messages`", "100");
        var saved = alice.calls("chat-send", batch(chat, List.of(texts).subList(0, 100).toArray(String[]::new))).succeeds();

        assertThat(numbers(saved.getJsonArray("saved"))).containsExactlyElementsOf(upTo(100));
    }

    @Test
    void a_blank_client_msg_id_is_none() {
        var alice = person();
        var chat = alice.opens();

        var one = alice.calls("chat-send", Person.message(chat, "one").put("client_msg_id", "")).succeeds();
        var two = alice.calls("chat-send", Person.message(chat, "two").put("client_msg_id", "")).succeeds();

        assertThat(one.getJsonObject("saved").getString("client_msg_id")).isNull();
        assertThat(two.getJsonObject("saved").getString("text")).isEqualTo("two");
    }

    @Test
    void what_the_service_says_for_another_in_an_unshared_conversation_is_told_to_its_owner() {
        var alice = person();
        var other = person();
        var alicesWire = alice.online();
        var othersWire = other.online();
        var chat = alice.opens();
        alicesWire.hears("conversation-update");
        var message = Person.message(chat, "Hello").put("role", "assistant").put("user_id", other.id.toString());

        Person.call(server, "chat-send", TestTokens.service(), message.encode()).succeeds();

        alicesWire.hears("message-insert");
        othersWire.hearsNothing();
    }

    @Test
    void a_batch_of_very_many_is_refused_for_its_size_alone() {
        var chat = person().opens();
        var request = "{\"chat_id\":\"" + chat + "\",\"mode\":\"m\",\"messages\":[" + "{},".repeat(40_000) + "{}]}";

        var refused = Person.call(server, "chat-send", person().token, request);

        refused.isRefused(400);
        assertThat(refused.error()).isEqualTo("`messages` must not be more than 100");
        var tooMany = request.replace("{},", "{},{},");
        Person.call(server, "chat-send", person().token, tooMany).isRefused(400, "more than 100000 values");
        Person.call(server, "chat-send", TestTokens.anon(), request).isRefused(401, "signed-in user");
    }

    @Test
    void of_very_many_mistakes_the_first_ten_are_named() {
        var alice = person();
        var request = batch(alice.opens(), Collections.nCopies(100, " ").toArray(String[]::new));
        request.remove("mode");

        var refused = alice.calls("chat-send", request);

        refused.isRefused(400, "`messages[0].text` must not be blank", "; ");
        assertThat(refused.error().split("; ")).hasSize(10);
    }

    @Test
    void somebody_too_fast_is_asked_to_wait_while_others_go_on() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        var texts = IntStream.range(0, 100).mapToObj(String::valueOf).toArray(String[]::new);

        var refused = AtOnce.call(20, time -> alice.calls("chat-send", batch(chat, texts))).stream()
                .filter(answer -> answer.status() != 200).findFirst().orElseThrow();

        refused.isRefused(429, "Too many requests");
        assertThat(refused.header("retry-after")).isEqualTo("1");
        bob.says(chat, "calm");
    }

    @Test
    void required_fields_are_named() {
        var alice = person();
        var whole = Person.message(alice.opens(), "Hello");

        without(alice, whole, "chat_id").isRefused(400, "`chat_id`", "null");
        without(alice, whole, "mode").isRefused(400, "`mode`", "blank");
        without(alice, whole, "text").isRefused(400, "`text`", "blank");
        alice.calls("chat-send", whole.copy().put("text", " \n")).isRefused(400, "`text`", "blank");
    }

    @Test
    void fields_of_the_wrong_type_are_named() {
        var alice = person();
        var whole = Person.message(alice.opens(), "Hello");

        with(alice, whole, "chat_id", "x").isRefused(400, "`chat_id`", "type");
        with(alice, whole, "text", 5).isRefused(400, "`text`", "type");
        with(alice, whole, "text", new JsonObject()).isRefused(400, "`text`", "type");
        with(alice, whole, "user_id", "me").isRefused(400, "`user_id`", "type");
        with(alice, whole, "analyze", "perhaps").isRefused(400, "`analyze`", "type");
        with(alice, whole, "meta", "text").isRefused(400, "`meta`", "object");
        with(alice, whole, "role", "robot").isRefused(400, "`role`", "user, assistant or system");
    }

    @Test
    void what_is_too_large_or_cannot_be_stored_is_named() {
        var alice = person();
        var whole = Person.message(alice.opens(), "Hello");

        with(alice, whole, "text", "x".repeat(65_537)).isRefused(400, "`text`", "65536");
        with(alice, whole, "text", "ü".repeat(32_769)).isRefused(400, "`text`", "65536");
        with(alice, whole, "text", "a\0b").isRefused(400, "`text`", "NUL");
        with(alice, whole, "meta", new JsonObject().put("x", "y".repeat(16_384))).isRefused(400, "`meta`", "16384");
        with(alice, whole, "meta", new JsonObject().put("x", "\0")).isRefused(400, "`meta`", "NUL");
        with(alice, whole, "meta", new JsonObject().put("\0", 1)).isRefused(400, "`meta`", "NUL");
        with(alice, whole, "client_msg_id", "x".repeat(201)).isRefused(400, "`client_msg_id`", "200");
        with(alice, whole, "user_name", "x".repeat(501)).isRefused(400, "`user_name`", "500");
        with(alice, whole, "mode", "m\0").isRefused(400, "`mode`", "NUL");
    }

    @Test
    void the_largest_message_that_is_allowed_goes_through_whole() {
        var alice = person();
        var chat = alice.opens();
        var wire = alice.online();
        var text = "ü".repeat(32_768);

        var saved = alice.says(chat, text);

        assertThat(saved.getString("text")).isEqualTo(text);
        assertThat(wire.hears("message-insert").content().getJsonObject("message")).isEqualTo(saved);
    }

    @Test
    void text_that_only_looks_dangerous_is_kept_as_it_is() {
        var alice = person();
        var chat = alice.opens();
        var text = "\\u0000 '; drop table messages; -- \"quoted\" \u2028";

        var saved = alice.calls("chat-send", Person.message(chat, text).put("meta", new JsonObject().put("x", "\\u0000")))
                .succeeds().getJsonObject("saved");

        assertThat(saved.getString("text")).isEqualTo(text);
        assertThat(saved.getJsonObject("meta").getString("x")).isEqualTo("\\u0000");
    }

    @Test
    void a_stranger_cannot_send_and_nobody_hears_of_it() {
        var alice = person();
        var chat = alice.opensWith(person());
        var wire = alice.online();

        person().calls("chat-send", Person.message(chat, "psst")).isRefused(404, "no such conversation");

        wire.hearsNothing();
        assertThat(history(alice, chat)).isEmpty();
    }

    @Test
    void an_unknown_conversation_is_not_found() {
        var message = Person.message(UUID.randomUUID().toString(), "hello?");

        person().calls("chat-send", message).isRefused(404, "no such conversation");
        service("chat-send", message).isRefused(404, "no such conversation");
        person().calls("chat-send", batch(message.getString("chat_id"), "one")).isRefused(404, "no such conversation");
    }

    @Test
    void nobody_speaks_for_somebody_else() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);

        with(alice, Person.message(chat, "I am Bob"), "user_id", bob.id.toString()).isRefused(403, "`user_id`");
        with(alice, Person.message(chat, "beep"), "role", "assistant").isRefused(403, "`role`", "service key");
        with(alice, Person.message(chat, "beep"), "role", "system").isRefused(403, "`role`", "service key");

        assertThat(history(alice, chat)).isEmpty();
    }

    private static Answer with(Person person, JsonObject request, String field, Object value) {
        return person.calls("chat-send", request.copy().put(field, value));
    }

    private static Answer without(Person person, JsonObject request, String field) {
        var rest = request.copy();
        rest.remove(field);
        return person.calls("chat-send", rest);
    }

    private static JsonObject batch(String chat, String... texts) {
        var messages = new JsonArray();
        for (var text : texts) {
            messages.add(new JsonObject().put("role", "user").put("text", text));
        }
        return new JsonObject().put("chat_id", chat).put("mode", "voice").put("messages", messages);
    }

    private static JsonArray history(Person person, String chat) {
        return person.calls("chat-history", new JsonObject().put("chat_id", chat)).succeeds().getJsonArray("messages");
    }

    private static List<Integer> numbers(JsonArray messages) {
        return messages.stream().map(message -> ((JsonObject) message).getInteger("message_number")).toList();
    }

    private static List<Integer> upTo(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }
}

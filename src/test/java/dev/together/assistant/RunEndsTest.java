package dev.together.assistant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.together.testing.Answer;
import dev.together.testing.AtOnce;
import dev.together.testing.Person;
import dev.together.testing.TestHandler.Reply;
import dev.together.testing.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

/** A run ends in one message, whoever ends it and how often. */
@QuarkusTest
class RunEndsTest extends WithAssistant {

    @Test
    void the_end_is_one_message_for_everyone_and_nobody_thinks_any_more() {
        var alice = person();
        var bob = person();
        var chat = opens(alice, "ask", bob);
        var wire = bob.online();
        var run = asks(alice, chat, "What is it?");

        var saved = ends(chat, run, "A chat.").succeeds().getJsonObject("saved");

        assertThat(saved.getInteger("message_number")).isEqualTo(2);
        assertThat(saved.getString("status")).isEqualTo("complete");
        assertThat(wire.hears("message-insert", 2).get(1).content().getJsonObject("message")).isEqualTo(saved);
        assertThat(wire.hears("assistant-thinking").content().getString("status")).isEqualTo("idle");
    }

    @Test
    void an_end_that_is_repeated_at_one_instant_is_stored_once_and_heard_once() {
        var alice = person();
        var chat = opens(alice, "ask");
        var wire = alice.online();
        var run = asks(alice, chat, "What is it?");
        var end = run(chat, run).put("mode", "ask").put("role", "assistant");

        var answers = AtOnce.call(8, caller -> Person.call(server, "chat-send", TestTokens.service(),
                end.copy().put("text", "Answer " + caller).encode()));

        assertThat(answers.stream().map(answer -> answer.succeeds().getJsonObject("saved")).distinct()).hasSize(1);
        assertThat(wire.hears("message-insert", 2)).hasSize(2);
        assertThat(wire.hears("assistant-thinking").content().getString("status")).isEqualTo("idle");
        wire.hearsNothing();
        assertThat(history(alice, chat).getJsonArray("messages")).hasSize(2);
    }

    @Test
    void ends_and_messages_at_one_instant_leave_no_hole() {
        var alice = person();
        var chat = opens(alice, "agents");
        var run = asks(alice, chat, "What is it?");
        handler.answers(call -> new Reply(200, "{\"text\":\"Indeed.\"}"));

        var answers = AtOnce.call(8, caller -> caller == 3 ? ends(chat, run, "A chat.")
                : alice.calls("chat-send", Person.message(chat, "Message " + caller)));

        assertThat(answers).allSatisfy(Answer::succeeds);
        var messages = history(alice, chat).getJsonArray("messages");
        for (int index = 0; index < messages.size(); index++) {
            assertThat(messages.getJsonObject(index).getInteger("message_number")).isEqualTo(index + 1);
        }
    }

    @Test
    void only_the_service_key_ends_a_run_and_only_one_that_there_is() {
        var alice = person();
        var chat = opens(alice, "ask");
        var run = asks(alice, chat, "What is it?");
        var end = run(chat, run).put("mode", "ask").put("role", "assistant").put("text", "A chat.");

        alice.calls("chat-send", end).isRefused(403, "`run_id`");
        service("chat-send", end.copy().put("role", "user")).isRefused(400, "`role`");
        service("chat-send", end.copy().put("status", "sent")).isRefused(400, "`status`");
        service("chat-send", end.copy().put("run_id", UUID.randomUUID().toString())).isRefused(404, "no such run");
        service("chat-send", end.copy().put("chat_id", alice.opens())).isRefused(404, "no such run");
    }

    @Test
    void answers_of_assistants_begin_runs_only_where_configured_and_three_at_most() {
        var alice = person();
        var talking = opens(alice, "agents");
        var quiet = opens(alice, "ask");
        var wire = alice.online();
        handler.answers(call -> new Reply(200,
                new JsonObject().put("text", "Hop " + call.body().getInteger("hop")).encode()));

        alice.says(quiet, "Hello");
        assertThat(wire.hears("message-insert", 2)).hasSize(2);
        alice.says(talking, "Hello");

        assertThat(wire.hears("message-insert", 5).stream()
                .map(heard -> heard.content().getJsonObject("message").getString("text")))
                .containsExactly("Hello", "Hop 0", "Hop 1", "Hop 2", "Hop 3");
        wire.receives(frame -> frame.name().equals("assistant-thinking") && frame.content().getString("status").equals("idle"));
        wire.hearsNothing();
        assertThat(handler.calls(talking)).hasSize(4);
        assertThat(handler.calls(quiet)).hasSize(1);
    }

    @Test
    void a_message_of_an_assistant_that_ends_no_run_begins_none() {
        var alice = person();
        var chat = opens(alice, "agents");

        service("chat-send", Person.message(chat, "Hello").put("role", "assistant")).succeeds();

        handler.isNotCalled(chat);
        assertThat(history(alice, chat).getJsonArray("messages")).hasSize(1);
    }
}

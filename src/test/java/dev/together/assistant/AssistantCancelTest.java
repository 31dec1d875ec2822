package dev.together.assistant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.together.testing.Answer;
import dev.together.testing.AtOnce;
import dev.together.testing.TestHandler.Reply;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

/** An answer is stopped by who asked for it, or the owner. */
@QuarkusTest
class AssistantCancelTest extends WithAssistant {

    @Test
    void a_stopped_answer_is_stored_as_far_as_it_is_and_its_handler_learns_of_it() {
        var alice = person();
        var bob = person();
        var chat = opens(alice, "ask", bob);
        var wire = alice.online();
        var run = asks(bob, chat, "What is it?");
        streams(chat, run, 1, "A ch").succeeds();

        var stopped = bob.calls("assistant-cancel", run(chat, run)).succeeds().getJsonObject("run");

        assertThat(stopped.getString("status")).isEqualTo("cancelled");
        var answer = wire.hears("message-insert", 2).get(1).content().getJsonObject("message");
        assertThat(answer.getString("id")).isEqualTo(stopped.getString("message_id"));
        assertThat(answer.getString("status")).isEqualTo("cancelled");
        assertThat(answer.getString("text")).isEqualTo("A ch");
        assertThat(wire.hears("assistant-thinking").content().getString("status")).isEqualTo("idle");
        assertThat(streams(chat, run, 2, "at.").succeeds().getBoolean("is_cancelled")).isTrue();
        assertThat(ends(chat, run, "A chat.").succeeds().getJsonObject("saved")).isEqualTo(answer);
        assertThat(handler.isCalled(chat, call -> "run.cancelled".equals(call.body().getString("type"))).body())
                .isEqualTo(run(chat, run).put("type", "run.cancelled"));
    }

    @Test
    void an_answer_is_stopped_before_its_first_word_too_while_its_handler_is_called() {
        var alice = person();
        var chat = opens(alice, "ask");
        handler.answers(call -> new Reply(503, ""));
        var run = asks(alice, chat, "What is it?");

        alice.calls("assistant-cancel", run(chat, run)).succeeds();

        var messages = history(alice, chat).getJsonArray("messages");
        assertThat(messages.getJsonObject(1).getString("status")).isEqualTo("cancelled");
        assertThat(messages.getJsonObject(1).getString("text")).isEmpty();
        assertThat(streams(chat, run, 1, "A chat.").succeeds().getBoolean("is_cancelled")).isTrue();
    }

    @Test
    void stopping_again_or_after_the_end_changes_nothing() {
        var alice = person();
        var chat = opens(alice, "ask");
        var run = asks(alice, chat, "What is it?");
        ends(chat, run, "A chat.").succeeds();

        var stopped = alice.calls("assistant-cancel", run(chat, run)).succeeds();

        assertThat(stopped.getString("message")).isEqualTo("Run has ended");
        assertThat(stopped.getJsonObject("run").getString("status")).isEqualTo("complete");
        assertThat(history(alice, chat).getJsonArray("messages")).hasSize(2);
    }

    @Test
    void a_stop_and_an_end_at_one_instant_are_one_message() {
        var alice = person();
        var chat = opens(alice, "ask");
        var run = asks(alice, chat, "What is it?");

        var answers = AtOnce.call(8, caller -> caller % 2 == 0 ? ends(chat, run, "A chat.")
                : alice.calls("assistant-cancel", run(chat, run)));

        assertThat(answers).allSatisfy(Answer::succeeds);
        assertThat(history(alice, chat).getJsonArray("messages")).hasSize(2);
    }

    @Test
    void the_owner_may_stop_it_another_member_may_not_and_for_a_stranger_there_is_none() {
        var alice = person();
        var bob = person();
        var carol = person();
        var chat = opens(alice, "ask", bob, carol);
        var run = asks(bob, chat, "What is it?");

        person().calls("assistant-cancel", run(chat, run)).isRefused(404, "no such run");
        carol.calls("assistant-cancel", run(chat, run)).isRefused(403, "who asked");
        alice.calls("assistant-cancel", run(chat, run).put("run_id", UUID.randomUUID().toString())).isRefused(404);
        assertThat(alice.calls("assistant-cancel", run(chat, run)).succeeds().getString("message"))
                .isEqualTo("Run cancelled");
    }

    @Test
    void a_run_is_seen_by_participants_and_the_service_key_alone() {
        var alice = person();
        var chat = opens(alice, "ask");
        var run = asks(alice, chat, "What is it?");
        var named = new JsonObject().put("run_id", run);

        person().calls("assistant-run", named).isRefused(404, "no such run");
        var seen = alice.calls("assistant-run", named).succeeds().getJsonObject("run");
        assertThat(service("assistant-run", named).succeeds().getJsonObject("run")).isEqualTo(seen);
        assertThat(seen.getString("status")).isEqualTo("thinking");
        assertThat(seen.getString("asked_by")).isEqualTo(alice.id.toString());
    }
}

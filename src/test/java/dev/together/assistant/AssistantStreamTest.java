package dev.together.assistant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.testing.AtOnce;
import dev.together.testing.Person;
import dev.together.testing.Rendered;
import dev.together.testing.TestTokens;
import dev.together.testing.Wire;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

/** An answer grows before everybody's eyes. */
@QuarkusTest
class AssistantStreamTest extends WithAssistant {

    @Test
    void everyone_sees_the_first_piece_at_once_and_a_stranger_none() {
        var alice = person();
        var bob = person();
        var chat = opens(alice, "ask", bob);
        var wires = new Wire[] { alice.online(), bob.online() };
        var stranger = person().online();
        var run = asks(alice, chat, "What is it?");

        assertThat(streams(chat, run, 1, "A ch").succeeds().getBoolean("is_cancelled")).isFalse();

        for (var wire : wires) {
            var part = wire.hears("assistant-stream").content();
            assertThat(UUID.fromString(part.getString("message_id"))).isNotNull();
            part.remove("message_id");
            assertThat(part).isEqualTo(run(chat, run).put("seq", 1).put("op", "append").put("offset", 0).put("text", "A ch")
                    .put("status", "streaming"));
        }
        stranger.hearsNothing();
    }

    @Test
    void pieces_that_come_fast_share_events_and_the_text_is_whole() {
        var alice = person();
        var chat = opens(alice, "ask");
        var wire = alice.online();
        var run = asks(alice, chat, "What is it?");
        var whole = new StringBuilder();

        for (int seq = 1; seq <= 200; seq++) {
            var text = seq % 7 == 0 ? "😀 word " : "word " + seq + " ";
            whole.append(text);
            streams(chat, run, seq, text).succeeds();
        }

        var rendered = new Rendered();
        var id = wire.receives(frame -> render(rendered, frame, whole.length())).content().getString("message_id");
        assertThat(rendered.text(id)).isEqualTo(whole.toString());
        assertThat(state(alice, run).getString("text")).isEqualTo(whole.toString());
    }

    @Test
    void pieces_at_one_instant_are_each_taken_or_late_and_everyone_sees_what_is_stored() {
        var alice = person();
        var chat = opens(alice, "ask");
        var wire = alice.online();
        var run = asks(alice, chat, "What is it?");

        var answers = AtOnce.call(16, caller -> streams(chat, run, caller + 1, "<" + caller + ">"));

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        var stored = state(alice, run);
        assertThat(stored.getInteger("seq")).isEqualTo(16);
        var rendered = new Rendered();
        wire.receives(frame -> {
            rendered.take(frame);
            return rendered.text(stored.getString("message_id")).equals(stored.getString("text"));
        });
    }

    @Test
    void a_piece_that_comes_again_or_late_changes_nothing() {
        var alice = person();
        var chat = opens(alice, "ask");
        var run = asks(alice, chat, "What is it?");

        streams(chat, run, 2, "Two").succeeds();
        streams(chat, run, 2, "Two").succeeds();
        streams(chat, run, 1, "One").succeeds();

        assertThat(state(alice, run).getString("text")).isEqualTo("Two");
        assertThat(state(alice, run).getInteger("seq")).isEqualTo(2);
    }

    @Test
    void a_retried_step_replaces_the_whole_text_also_by_a_shorter_one() {
        var alice = person();
        var chat = opens(alice, "ask");
        var wire = alice.online();
        var run = asks(alice, chat, "What is it?");
        streams(chat, run, 1, "A wrong answer").succeeds();
        wire.hears("assistant-stream");

        streams(chat, run, 2, "replace", "A").succeeds();
        streams(chat, run, 3, "append", " chat.").succeeds();

        var id = state(alice, run).getString("message_id");
        var rendered = new Rendered();
        var last = wire.receives(frame -> {
            rendered.take(frame);
            return rendered.text(id).equals("A chat.");
        });
        assertThat(last.content().getInteger("seq")).isEqualTo(3);
    }

    @Test
    void who_joins_sees_what_there_is_already() {
        var alice = person();
        var chat = opens(alice, "ask");
        var run = asks(alice, chat, "What is it?");
        streams(chat, run, 1, "A ch").succeeds();

        var wire = alice.online();

        assertThat(wire.hears("assistant-thinking").content().getString("status")).isEqualTo("thinking");
        var part = wire.hears("assistant-stream").content();
        assertThat(part.getString("op")).isEqualTo("replace");
        assertThat(part.getString("text")).isEqualTo("A ch");
        streams(chat, run, 2, "at.").succeeds();
        assertThat(wire.hears("assistant-stream").content().getInteger("offset")).isEqualTo(4);
    }

    @Test
    void who_comes_back_after_the_end_sees_that_nobody_thinks_any_more() {
        var alice = person();
        var chat = opens(alice, "ask");
        var wire = alice.online();
        var run = asks(alice, chat, "What is it?");
        wire.hears("assistant-thinking");
        wire.cut();

        ends(chat, run, "A chat.").succeeds();
        var back = alice.wire("2.0.0").continuingFrom(20);
        back.joins(alice.topic(), alice.token);

        assertThat(back.hears("message-insert", 2).get(1).content().getJsonObject("message").getString("text"))
                .isEqualTo("A chat.");
        assertThat(back.hears("assistant-thinking").content().getString("status")).isEqualTo("idle");
    }

    @Test
    void what_was_streamed_is_the_text_where_the_end_brings_none() {
        var alice = person();
        var chat = opens(alice, "ask");
        var run = asks(alice, chat, "What is it?");
        streams(chat, run, 1, "A chat.").succeeds();

        var saved = service("chat-send", run(chat, run).put("mode", "ask").put("role", "assistant")).succeeds();

        assertThat(saved.getJsonObject("saved").getString("text")).isEqualTo("A chat.");
    }

    @Test
    void a_handler_that_falls_silent_ends_in_an_error_with_what_it_has_said() {
        var alice = person();
        var chat = opens(alice, "brief");
        var wire = alice.online();
        var run = asks(alice, chat, "What is it?");
        streams(chat, run, 1, "A ch").succeeds();

        var answer = wire.hears("message-insert", 2).get(1).content().getJsonObject("message");

        assertThat(answer.getString("text")).isEqualTo("A ch");
        assertThat(answer.getString("status")).isEqualTo("error");
        assertThat(streams(chat, run, 2, "at.").succeeds().getBoolean("is_cancelled")).isTrue();
        assertThat(history(alice, chat).getJsonArray("messages")).hasSize(2);
    }

    @Test
    void the_tool_that_is_used_is_shown() {
        var alice = person();
        var chat = opens(alice, "ask");
        var wire = alice.online();
        var run = asks(alice, chat, "What is it?");

        service("assistant-stream", run(chat, run).put("seq", 1).put("status", "tool").put("tool", "search")).succeeds();

        var part = wire.hears("assistant-stream").content();
        assertThat(part.getString("status")).isEqualTo("tool");
        assertThat(part.getString("tool")).isEqualTo("search");
    }

    @Test
    void only_the_service_key_streams_and_only_into_a_run_that_there_is() {
        var alice = person();
        var chat = opens(alice, "ask");
        var run = asks(alice, chat, "What is it?");
        var delta = run(chat, run).put("seq", 1).put("text", "A chat.");

        alice.calls("assistant-stream", delta).isRefused(403, "service key");
        service("assistant-stream", delta.copy().put("run_id", UUID.randomUUID().toString())).isRefused(404, "no such run");
        service("assistant-stream", delta.copy().put("chat_id", alice.opens())).isRefused(404, "no such run");
        service("assistant-stream", delta.copy().put("status", "asleep")).isRefused(400, "`status`");
    }

    @ParameterizedTest
    @ValueSource(strings = { "0", "-1", "4097", "\"1\"", "1.5", "null" })
    void a_number_that_counts_no_call_is_refused(String seq) {
        Person.call(server, "assistant-stream", TestTokens.service(), "{\"chat_id\":\"" + UUID.randomUUID()
                + "\",\"run_id\":\"" + UUID.randomUUID() + "\",\"seq\":" + seq + "}").isRefused(400, "`seq`");
    }

    @Test
    void an_answer_is_no_longer_than_a_message_and_brings_no_more_than_a_mebibyte() {
        var alice = person();
        var chat = opens(alice, "ask");
        var run = asks(alice, chat, "What is it?");
        var most = "x".repeat(65_536);

        streams(chat, run, 1, most).succeeds();
        streams(chat, run, 2, "x").isRefused(413, "`text`");
        IntStream.rangeClosed(2, 16).forEach(seq -> streams(chat, run, seq, "replace", most).succeeds());
        streams(chat, run, 17, "replace", "x").isRefused(413, "`text`");

        assertThat(state(alice, run).getString("text")).isEqualTo(most);
    }

    private static JsonObject state(Person person, String run) {
        return person.calls("assistant-run", new JsonObject().put("run_id", run)).succeeds().getJsonObject("run");
    }

    private static boolean render(Rendered rendered, Wire.Received frame, int length) {
        rendered.take(frame);
        return frame.event().equals("broadcast") && frame.name().equals("assistant-stream")
                && rendered.text(frame.content().getString("message_id")).length() == length;
    }
}

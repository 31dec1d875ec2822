package dev.together.assistant;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.testing.Person;
import dev.together.testing.TestHandler.Reply;
import dev.together.testing.WithHandler;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

/** A message is answered: its handler is called until it has taken the run, and only then. */
@QuarkusTest
class RunCallsTest extends WithAssistant {

    @Test
    void a_message_calls_the_handler_of_its_mode_and_everyone_sees_that_it_thinks() {
        var alice = person();
        var bob = person();
        var chat = opens(alice, "ask", bob);
        var wires = List.of(alice.online(), bob.online());

        var sent = alice.calls("chat-send", Person.message(chat, "What is it?").put("user_name", "Alice")).succeeds();

        var body = handler.isCalled(chat).body();
        assertThat(sent.getBoolean("llm_started")).isTrue();
        assertThat(body.getString("type")).isEqualTo("message.created");
        assertThat(body.getString("text")).isEqualTo("What is it?");
        assertThat(body.getString("mode")).isEqualTo("ask");
        assertThat(body.getString("user_id")).isEqualTo(alice.id.toString());
        assertThat(body.getString("user_name")).isEqualTo("Alice");
        assertThat(body.getBoolean("analyze")).isFalse();
        assertThat(body.getString("source")).isEqualTo("chat-send");
        assertThat(body.getInteger("hop")).isZero();
        assertThat(body.getLong("message_number")).isEqualTo(1);
        assertThat(body.getJsonObject("message")).isEqualTo(sent.getJsonObject("saved"));
        assertThat(body.getJsonArray("participants")).hasSize(2);
        for (var wire : wires) {
            assertThat(wire.hears("assistant-thinking").content()).isEqualTo(
                    new JsonObject().put("chat_id", chat).put("run_id", body.getString("run_id")).put("status", "thinking"));
        }
    }

    @Test
    void a_call_is_signed_after_standard_webhooks() throws Exception {
        var alice = person();
        var chat = opens(alice, "ask");

        asks(alice, chat, "What is it?");

        var call = handler.isCalled(chat);
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(WithHandler.SECRET.substring("whsec_".length())), "HmacSHA256"));
        var signed = call.header("webhook-id") + "." + call.header("webhook-timestamp") + "." + call.text();
        assertThat(call.header("webhook-id")).isEqualTo(call.runId());
        assertThat(call.header("webhook-signature")).isEqualTo(
                "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8))));
        assertThat(Duration.between(Instant.ofEpochSecond(Long.parseLong(call.header("webhook-timestamp"))), Instant.now()))
                .isLessThan(Duration.ofMinutes(2));
        assertThat(call.header("Authorization")).isEqualTo("Bearer let-me-in");
    }

    @Test
    void a_mode_without_a_handler_begins_no_run() {
        var alice = person();
        var chat = alice.opens();

        var sent = alice.calls("chat-send", Person.message(chat, "Hello").put("analyze", true)).succeeds();

        assertThat(sent.getBoolean("llm_started")).isFalse();
        handler.isNotCalled(chat);
    }

    @Test
    void where_an_answer_is_made_when_asked_for_a_message_that_does_not_ask_begins_none() {
        var alice = person();
        var chat = opens(alice, "analyze");

        var silent = alice.calls("chat-send", Person.message(chat, "Hello")).succeeds();
        var asking = alice.calls("chat-send", Person.message(chat, "What is it?").put("analyze", true)).succeeds();

        assertThat(silent.getBoolean("llm_started")).isFalse();
        assertThat(asking.getBoolean("llm_started")).isTrue();
        assertThat(handler.isCalled(chat).body().getString("text")).isEqualTo("What is it?");
        assertThat(handler.isCalled(chat).body().getBoolean("analyze")).isTrue();
    }

    @Test
    void a_message_that_is_sent_again_begins_no_other_run() {
        var alice = person();
        var chat = opens(alice, "ask");
        var message = Person.message(chat, "What is it?").put("client_msg_id", "1");

        var first = alice.calls("chat-send", message).succeeds();
        var again = alice.calls("chat-send", message).succeeds();

        assertThat(again).isEqualTo(first);
        handler.isCalled(chat);
        assertThat(handler.calls(chat)).hasSize(1);
    }

    @Test
    void the_text_of_the_reply_is_the_answer() {
        var alice = person();
        var chat = opens(alice, "ask");
        var wire = alice.online();
        handler.answers(call -> new Reply(200, "{\"text\":\"A chat.\"}"));

        alice.says(chat, "What is it?");

        assertThat(wire.hears("message-insert", 2).get(1).content().getJsonObject("message").getString("text"))
                .isEqualTo("A chat.");
        assertThat(wire.hears("assistant-thinking").content().getString("status")).isEqualTo("idle");
        var answer = history(alice, chat).getJsonArray("messages").getJsonObject(1);
        assertThat(answer.getString("role")).isEqualTo("assistant");
        assertThat(answer.getString("status")).isEqualTo("complete");
    }

    @Test
    void a_handler_that_fails_at_first_is_called_again() {
        var alice = person();
        var chat = opens(alice, "ask");
        var wire = alice.online();
        var failures = new AtomicInteger();
        handler.answers(call -> failures.incrementAndGet() < 3 ? new Reply(503, "") : new Reply(200, "{\"text\":\"A chat.\"}"));

        alice.says(chat, "What is it?");

        assertThat(wire.hears("message-insert", 2).get(1).content().getJsonObject("message").getString("text"))
                .isEqualTo("A chat.");
        assertThat(handler.calls(chat)).hasSize(3).extracting(call -> call.header("webhook-id")).containsOnly(
                handler.isCalled(chat).runId());
    }

    @ParameterizedTest
    @ValueSource(ints = { 400, 401, 404, 500, 503 })
    void a_handler_that_fails_for_good_ends_in_a_stored_error_and_nobody_thinks(int status) {
        var alice = person();
        var chat = opens(alice, "brief");
        var wire = alice.online();
        handler.answers(call -> new Reply(status, ""));

        alice.says(chat, "What is it?");

        var answer = wire.hears("message-insert", 2).get(1).content().getJsonObject("message");
        assertThat(answer.getString("status")).isEqualTo("error");
        assertThat(answer.getString("role")).isEqualTo("assistant");
        assertThat(answer.getString("text")).isEmpty();
        assertThat(wire.hears("assistant-thinking").content().getString("status")).isEqualTo("idle");
        assertThat(history(alice, chat).getJsonArray("messages")).hasSize(2);
    }

    @Test
    void a_handler_that_takes_the_run_and_says_nothing_ends_in_a_stored_error() {
        var alice = person();
        var chat = opens(alice, "brief");
        var wire = alice.online();

        alice.says(chat, "What is it?");

        assertThat(wire.hears("message-insert", 2).get(1).content().getJsonObject("message").getString("status"))
                .isEqualTo("error");
        assertThat(wire.hears("assistant-thinking").content().getString("status")).isEqualTo("idle");
    }

    @Test
    void no_more_than_eight_runs_last_at_once_in_a_conversation() {
        var alice = person();
        var chat = opens(alice, "ask");

        for (int message = 1; message <= 9; message++) {
            var sent = alice.calls("chat-send", Person.message(chat, "Message " + message)).succeeds();
            assertThat(sent.getBoolean("llm_started")).isEqualTo(message <= 8);
        }

        handler.isCalled(chat);
        assertThat(ends(chat, handler.isCalled(chat).runId(), "A chat.").status()).isEqualTo(200);
        assertThat(alice.calls("chat-send", Person.message(chat, "And now?")).succeeds().getBoolean("llm_started")).isTrue();
    }
}

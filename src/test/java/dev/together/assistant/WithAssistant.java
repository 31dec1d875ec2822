package dev.together.assistant;

import java.util.UUID;

import org.junit.jupiter.api.BeforeEach;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import dev.together.testing.Answer;
import dev.together.testing.Person;
import dev.together.testing.TestHandler;
import dev.together.testing.TestHandler.Reply;
import dev.together.testing.WithHandler;
import dev.together.testing.WithPeople;
import io.quarkus.test.common.QuarkusTestResource;
import io.vertx.core.json.JsonObject;

/** A test of people who talk with an assistant. */
@QuarkusTestResource(value = WithHandler.class, restrictToAnnotatedClass = true)
@SuppressWarnings("NullAway.Init") // injected
class WithAssistant extends WithPeople {

    protected TestHandler handler;

    @BeforeEach
    void listen() {
        handler.answers(call -> Reply.TAKEN);
    }

    /** Opens a conversation of this mode, shares it, and the others join; gives its id. */
    protected static String opens(Person owner, String mode, Person... others) {
        var chat = owner.calls("create-conversation", new JsonObject().put("mode", mode)).succeeds()
                .getJsonObject("conversation").getString("id");
        if (others.length > 0) {
            owner.shares(chat);
        }
        for (var other : others) {
            other.joins(chat);
        }
        return chat;
    }

    /** Says something that an assistant answers; gives the run. */
    @CanIgnoreReturnValue
    protected String asks(Person person, String chat, String text) {
        person.says(chat, text);
        return handler.isCalled(chat, call -> text.equals(call.body().getString("text"))).runId();
    }

    protected Answer streams(String chat, String run, int seq, String text) {
        return streams(chat, run, seq, "append", text);
    }

    protected Answer streams(String chat, String run, int seq, String op, String text) {
        return service("assistant-stream", run(chat, run).put("seq", seq).put("op", op).put("text", text));
    }

    protected Answer ends(String chat, String run, String text) {
        return service("chat-send",
                run(chat, run).put("mode", "ask").put("role", "assistant").put("text", text));
    }

    protected static JsonObject run(String chat, String run) {
        return new JsonObject().put("chat_id", chat).put("run_id", run);
    }

    protected static JsonObject history(Person person, String chat) {
        return person.calls("chat-history", new JsonObject().put("chat_id", chat)).succeeds();
    }

    protected static UUID id(JsonObject row) {
        return UUID.fromString(row.getString("id"));
    }
}

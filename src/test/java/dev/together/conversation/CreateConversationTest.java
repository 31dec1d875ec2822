package dev.together.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import dev.together.testing.Person;
import dev.together.testing.TestTokens;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

@QuarkusTest
class CreateConversationTest extends WithPeople {

    private static final JsonObject REQUEST = new JsonObject().put("mode", "together");

    @Test
    void a_conversation_belongs_to_who_opens_it() {
        var alice = person();

        var reply = alice.calls("create-conversation", REQUEST).succeeds();

        assertThat(reply.getString("message")).isEqualTo("Conversation created");
        var conversation = reply.getJsonObject("conversation");
        assertThat(conversation.fieldNames()).containsExactly("id", "user_id", "owner_user_id", "title", "mode", "is_public",
                "meta", "created_at", "updated_at", "participants");
        assertThat(conversation.getString("user_id")).isEqualTo(alice.id.toString());
        assertThat(conversation.getString("owner_user_id")).isEqualTo(alice.id.toString());
        assertThat(conversation.getString("title")).isNull();
        assertThat(conversation.getString("mode")).isEqualTo("together");
        assertThat(conversation.getBoolean("is_public")).isFalse();
        assertThat(conversation.getJsonObject("meta")).isEmpty();
        assertThat(conversation.getJsonArray("participants")).isEmpty();
    }

    @Test
    void title_and_meta_are_kept() {
        var meta = new JsonObject().put("colour", "blue").put("tags", new JsonArray().add("a"));

        var conversation = person().calls("create-conversation", new JsonObject().put("mode", "chat").put("title", "Plans")
                .put("meta", meta)).succeeds().getJsonObject("conversation");

        assertThat(conversation.getString("title")).isEqualTo("Plans");
        assertThat(conversation.getJsonObject("meta")).isEqualTo(meta);
    }

    @Test
    void it_appears_in_every_tab_of_its_owner_and_nowhere_else() {
        var alice = person();
        var firstTab = alice.online();
        var secondTab = alice.online();
        var stranger = person().online();

        var conversation = alice.calls("create-conversation", REQUEST).succeeds().getJsonObject("conversation");

        var heard = firstTab.hears("conversation-update");
        assertThat(heard.content().getString("eventType")).isEqualTo("INSERT");
        assertThat(heard.content().getJsonObject("data")).isEqualTo(conversation);
        assertThat(secondTab.hears("conversation-update").id()).isEqualTo(heard.id());
        firstTab.hearsNothing();
        stranger.hearsNothing();
    }

    @Test
    void mode_is_required() {
        person().calls("create-conversation", new JsonObject()).isRefused(400, "`mode`", "blank");
        person().calls("create-conversation", new JsonObject().put("mode", " ")).isRefused(400, "`mode`", "blank");
    }

    @Test
    void fields_of_the_wrong_type_are_named() {
        person().calls("create-conversation", new JsonObject().put("mode", 5)).isRefused(400, "`mode`", "type");
        person().calls("create-conversation", REQUEST.copy().put("title", new JsonArray())).isRefused(400, "`title`", "type");
        person().calls("create-conversation", REQUEST.copy().put("meta", new JsonArray())).isRefused(400, "`meta`", "object");
    }

    @Test
    void what_is_too_large_or_cannot_be_stored_is_named() {
        person().calls("create-conversation", REQUEST.copy().put("title", "x".repeat(501))).isRefused(400, "`title`", "500");
        person().calls("create-conversation", REQUEST.copy().put("mode", "x".repeat(201))).isRefused(400, "`mode`", "200");
        person().calls("create-conversation", REQUEST.copy().put("meta", new JsonObject().put("x", "y".repeat(16_384))))
                .isRefused(400, "`meta`", "16384");
        person().calls("create-conversation", REQUEST.copy().put("title", "a\0b")).isRefused(400, "`title`", "NUL");
        person().calls("create-conversation", REQUEST.copy().put("meta", new JsonObject().put("x", "a\0b")))
                .isRefused(400, "`meta`", "NUL");
    }

    @Test
    void only_a_signed_in_user_opens_a_conversation() {
        Person.call(server, "create-conversation", TestTokens.anon(), REQUEST.encode()).isRefused(401, "signed-in user");
        service("create-conversation", REQUEST).isRefused(401, "signed-in user");
    }
}

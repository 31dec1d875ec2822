package dev.together.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.together.testing.Answer;
import dev.together.testing.Person;
import dev.together.testing.TestTokens;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

/** No body brings half a character, which nothing could store or send as it is. */
@QuarkusTest
class HalfCharactersTest extends WithPeople {

    private static final List<String> HALVES = List.of("\\ud83d", "a\\uD83D", "\\ude00b", "\\ude00\\ud83d",
            "\\ud83d\\ud83d\\ude00",
            "\\ud83d\\\\ude00", "\\udfff", "\\ud800");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            create-conversation | mode                            | {"mode":"HALF"}
            create-conversation | title                           | {"mode":"m","title":"HALF"}
            create-conversation | meta.a                          | {"mode":"m","meta":{"a":"HALF"}}
            create-conversation | meta                            | {"mode":"m","meta":{"HALF":1}}
            create-conversation | meta.a[1].b                     | {"mode":"m","meta":{"a":[0,{"b":"HALF"}]}}
            create-conversation | meta.a[0]                       | {"mode":"m","meta":{"a":[{"HALF":1}]}}
            create-conversation | other                           | {"other":{"a":"HALF"},"mode":"m"}
            create-conversation | The body                        | {"HALF":1,"mode":"m"}
            share-conversation  | conversation_id                 | {"conversation_id":"HALF"}
            join-conversation   | other[1]                        | {"conversation_id":"CHAT","other":["x",{"HALF":1}]}
            list-conversations  | before                          | {"before":"HALF"}
            chat-history        | other                           | {"chat_id":"CHAT","other":["HALF"]}
            chat-send           | text                            | {"chat_id":"CHAT","mode":"m","text":"HALF"}
            chat-send           | mode                            | {"chat_id":"CHAT","mode":"HALF","text":"t"}
            chat-send           | role                            | {"chat_id":"CHAT","mode":"m","text":"t","role":"HALF"}
            chat-send           | client_msg_id                   | {"chat_id":"CHAT","mode":"m","text":"t","client_msg_id":"HALF"}
            chat-send           | user_name                       | {"chat_id":"CHAT","mode":"m","text":"t","user_name":"HALF"}
            chat-send           | chattype                        | {"chat_id":"CHAT","mode":"m","text":"t","chattype":"HALF"}
            chat-send           | meta.a                          | {"chat_id":"CHAT","mode":"m","text":"t","meta":{"a":"HALF"}}
            chat-send           | messages[1].text                | {"chat_id":"CHAT","mode":"m","messages":[{"text":"t"},{"text":"HALF"}]}
            chat-send           | messages[0].client_msg_id       | {"chat_id":"CHAT","mode":"m","messages":[{"text":"t","client_msg_id":"HALF"}]}
            chat-send           | messages[0].meta.a              | {"chat_id":"CHAT","mode":"m","messages":[{"text":"t","meta":{"a":"HALF"}}]}
            """)
    void a_field_with_half_a_character_is_named_and_nothing_is_stored(String function, String field, String body) {
        var alice = person();
        var chat = alice.opens();
        var wire = alice.online();

        for (var half : HALVES) {
            var refused = Person.call(server, function, alice.token, body.replace("CHAT", chat).replace("HALF", half));

            assertThat(refused.status()).as(half + " " + refused.body().encode()).isEqualTo(400);
            if (!field.equals("conversation_id")) {
                refused.isRefused(400, field.equals("The body") ? field : "`" + field + "`", "half a character");
            }
        }

        assertThat(alice.calls("list-conversations", new JsonObject()).succeeds().getJsonArray("conversations")).hasSize(1);
        assertThat(alice.calls("chat-history", new JsonObject().put("chat_id", chat)).succeeds().getJsonArray("messages"))
                .isEmpty();
        wire.hearsNothing();
    }

    @Test
    void half_a_character_in_bytes_is_as_little_one() {
        var alice = person();
        byte[] bytes = "{\"mode\":\"m\",\"title\":\"xxx\"}".getBytes(StandardCharsets.US_ASCII);
        int at = new String(bytes, StandardCharsets.US_ASCII).indexOf("xxx");
        for (byte[] half : new byte[][] { { (byte) 0xED, (byte) 0xA0, (byte) 0xBD }, { 'x', 'x', (byte) 0xFF },
                { 'x', 'x', (byte) 0xC3 } }) {
            var body = bytes.clone();
            System.arraycopy(half, 0, body, at, 3);

            var answer = Person.send(Person.request(server, "create-conversation").header("Content-Type", "application/json")
                    .header("Authorization", "Bearer " + alice.token).POST(BodyPublishers.ofByteArray(body)));

            assertThat(answer.status()).as(answer.body().encode()).isEqualTo(400);
        }
        assertThat(alice.calls("list-conversations", new JsonObject()).succeeds().getJsonArray("conversations")).isEmpty();
    }

    @Test
    void whole_characters_stay_whole_however_they_are_written() {
        var alice = person();
        var body = "{\"mode\":\"m\",\"title\":\"\\ud83d\\ude00 \uD83D\uDE00 \\\\ud83d\",\"meta\":{\"\\ud83d\\ude00\":\"\uD83D\uDE00\"}}";

        var conversation = Person.call(server, "create-conversation", alice.token, body).succeeds()
                .getJsonObject("conversation");

        assertThat(conversation.getString("title")).isEqualTo("\uD83D\uDE00 \uD83D\uDE00 \\ud83d");
        assertThat(conversation.getJsonObject("meta")).isEqualTo(new JsonObject().put("\uD83D\uDE00", "\uD83D\uDE00"));
        assertThat(alice.calls("list-conversations", new JsonObject()).succeeds().getJsonArray("conversations")
                .getJsonObject(0).getMap()).containsAllEntriesOf(conversation.getMap());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            messages[0].payload.a | {"messages":[{"topic":"TOPIC","event":"chat","payload":{"a":"HALF"}}]}
            messages[1].payload   | {"messages":[{"topic":"TOPIC","event":"chat","payload":1},{"topic":"TOPIC","event":"chat","payload":{"HALF":1}}]}
            messages[0].event     | {"messages":[{"topic":"TOPIC","event":"HALF","payload":1}]}
            messages[0].topic     | {"messages":[{"topic":"HALF","event":"chat","payload":1}]}
            messages[0].id        | {"messages":[{"topic":"TOPIC","event":"chat","payload":1,"id":"HALF"}]}
            """)
    void a_broadcast_over_HTTP_with_half_a_character_is_refused_whole(String field, String body) {
        var alice = person();
        var wire = alice.online();
        for (var half : HALVES) {
            var refused = broadcast("/realtime/v1/api/broadcast",
                    body.replace("TOPIC", "user-realtime:" + alice.id).replace("HALF", half));

            refused.isRefused(400, "`" + field + "`", "half a character");
        }
        wire.hearsNothing();
    }

    @Test
    void a_single_broadcast_with_half_a_character_is_refused() {
        var alice = person();
        var wire = alice.online();
        var path = "/realtime/v1/api/broadcast/user-realtime%3A" + alice.id + "/events/chat";

        broadcast(path, "{\"a\":[\"\\ud83d\"]}").isRefused(400, "`a[0]`", "half a character");
        broadcast(path, "\"\\ud83d\"").isRefused(400, "The body", "half a character");

        wire.hearsNothing();
    }

    @Test
    void the_name_of_the_field_is_no_longer_than_can_be_read() {
        var deep = "{\"" + "k".repeat(90) + "\":";
        var body = "{\"mode\":\"m\",\"meta\":" + deep.repeat(200) + "\"\\ud83d\"" + "}".repeat(201);

        var refused = Person.call(server, "create-conversation", person().token, body);

        refused.isRefused(400, "`meta.kkk", "half a character");
        assertThat(refused.error().length()).isLessThan(500);
        assertThat(UUID.fromString(refused.header("x-request-id"))).isNotNull();
    }

    private Answer broadcast(String path, String body) {
        return Person.send(HttpRequest.newBuilder(server.resolve(path)).header("Content-Type", "application/json")
                .header("Origin", "https://frontend.example")
                .header("Authorization", "Bearer " + TestTokens.service()).POST(BodyPublishers.ofString(body)));
    }
}

package dev.together.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.together.testing.Person;
import dev.together.testing.TestTokens;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;

/** Numbers in JSON that is not ours are what they were, or refused. */
@QuarkusTest
class ForeignNumbersTest extends WithPeople {

    private static final JsonMapper EXACT = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.USE_BIG_INTEGER_FOR_INTS).build();

    @ParameterizedTest
    @ValueSource(strings = { "0", "1", "-1", "9007199254740993", "1234567890123456789012345678901234567890", "1.10", "0.1",
            "0.1234567890123456789012345", "123456789012345678.901234567890", "1e21", "1E+5", "3.5e-7", "5e-324", "1e308",
            "1.7976931348623157e308", "-1.7976931348623157E308", "0e999", "-0.0" })
    void a_number_in_meta_keeps_its_value(String number) throws Exception {
        var alice = person();
        var chat = alice.opens();
        var wire = alice.online();

        var sent = answer("chat-send", alice, "{\"chat_id\":\"%s\",\"mode\":\"m\",\"text\":\"t\",\"meta\":{\"a\":[%s]}}"
                .formatted(chat, number));
        var created = answer("create-conversation", alice, "{\"mode\":\"m\",\"meta\":{\"a\":[%s]}}".formatted(number));

        assertSame(sent.at("/saved/meta/a/0"), number);
        assertSame(created.at("/conversation/meta/a/0"), number);
        assertSame(EXACT.readTree(wire.nextText()).at("/4/payload/message/meta/a/0"), number);
        assertSame(EXACT.readTree(wire.nextText()).at("/4/payload/data/meta/a/0"), number);
        assertSame(answer("chat-history", alice, "{\"chat_id\":\"" + chat + "\"}").at("/messages/0/meta/a/0"), number);
        assertSame(answer("list-conversations", alice, "{}").at("/conversations/0/meta/a/0"), number);
    }

    @ParameterizedTest
    @ValueSource(strings = { "1e400", "-1e400", "1e-400", "-1E-400", "1e309", "1.8e308", "1e-330", "1e99999999", "1e-99999999",
            "1e99999999999999999999", "1e-99999999999999999999" })
    void a_number_that_nobody_could_read_is_refused(String number) {
        var alice = person();
        var chat = alice.opens();

        Person.call(server, "chat-send", alice.token,
                "{\"chat_id\":\"%s\",\"mode\":\"m\",\"text\":\"t\",\"meta\":{\"a\":[%s]}}".formatted(chat, number))
                .isRefused(400, "`meta`", "number");
        Person.call(server, "chat-send", alice.token,
                "{\"chat_id\":\"%s\",\"mode\":\"m\",\"messages\":[{\"text\":\"t\",\"meta\":{\"a\":%s}}]}".formatted(chat,
                        number))
                .isRefused(400, "`messages[0].meta`", "number");
        Person.call(server, "create-conversation", alice.token, "{\"mode\":\"m\",\"meta\":{\"a\":%s}}".formatted(number))
                .isRefused(400, "`meta`", "number");
    }

    @Test
    void the_limit_of_meta_is_that_of_the_form_that_is_sent() {
        var alice = person();
        var chat = alice.opens();
        var longAsSent = "1e308,".repeat(2_000) + "1";
        var spacesAsSent = "1,".repeat(6_000) + "1";
        var fits = "1,".repeat(5_400) + "1";

        for (var numbers : new String[] { longAsSent, spacesAsSent }) {
            Person.call(server, "chat-send", alice.token,
                    "{\"chat_id\":\"%s\",\"mode\":\"m\",\"text\":\"t\",\"meta\":{\"a\":[%s]}}".formatted(chat, numbers))
                    .isRefused(400, "`meta`", "16384");
            Person.call(server, "create-conversation", alice.token, "{\"mode\":\"m\",\"meta\":{\"a\":[%s]}}".formatted(numbers))
                    .isRefused(400, "`meta`", "16384");
        }
        Person.call(server, "create-conversation", alice.token, "{\"mode\":\"m\",\"meta\":{\"a\":[%s]}}".formatted(fits))
                .succeeds();
    }

    @ParameterizedTest
    @ValueSource(strings = { "1e400", "1e-400", "1E+5", "-0", "-0.0", "1.10", "1234567890123456789012345",
            "0.12345678901234567890123456789", "1e308", "1e99999999999999999999" })
    void a_number_in_a_broadcast_goes_out_as_it_was_written(String number) {
        var alice = person();
        var wire = alice.wire("2.0.0");
        var name = "room-" + UUID.randomUUID();
        wire.joins("realtime:" + name, alice.token);
        var sender = person().wire("2.0.0");
        sender.joins("realtime:" + name, alice.token);
        var path = "/realtime/v1/api/broadcast";

        assertThat(
                post(path, "{\"messages\":[{\"topic\":\"%s\",\"event\":\"chat\",\"payload\":[%s]}]}".formatted(name, number)))
                .isEqualTo(202);
        assertThat(wire.nextText()).contains("\"payload\":[" + number + "]");
        assertThat(post(path + "/" + name + "/events/chat", "{\"a\":" + number + "}")).isEqualTo(202);
        assertThat(wire.nextText()).contains("\"payload\":{\"a\":" + number + "}");
        sender.sendText("[null,\"7\",\"realtime:%s\",\"broadcast\",{\"type\":\"broadcast\",\"event\":\"chat\",\"payload\":%s}]"
                .formatted(name, number));
        assertThat(wire.nextText()).contains("\"payload\":" + number + "}");
        sender.sendBinary(binary("realtime:" + name, "chat", "{\"b\":" + number + "}"));
        assertThat(wire.nextText()).contains("\"payload\":{\"b\":" + number + "}");
    }

    private static byte[] binary(String topic, String event, String payload) {
        var head = new byte[] { 3, 0, 1, (byte) topic.length(), (byte) event.length(), 0, 1 };
        var rest = ("7" + topic + event + payload).getBytes(StandardCharsets.US_ASCII);
        var frame = new byte[head.length + rest.length];
        System.arraycopy(head, 0, frame, 0, head.length);
        System.arraycopy(rest, 0, frame, head.length, rest.length);
        return frame;
    }

    private int post(String path, String body) {
        return Person.send(HttpRequest.newBuilder(server.resolve(path)).header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + TestTokens.service()).POST(BodyPublishers.ofString(body))).status();
    }

    /** The answer to the last digit. */
    private JsonNode answer(String function, Person person, String body) throws Exception {
        var request = Person.request(server, function).header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + person.token).POST(BodyPublishers.ofString(body)).build();
        var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return EXACT.readTree(response.body());
    }

    private static void assertSame(JsonNode found, String number) {
        assertThat(found.isNumber()).as(found.toString()).isTrue();
        assertThat(found.decimalValue()).isEqualByComparingTo(new BigDecimal(number));
    }
}

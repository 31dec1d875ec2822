package dev.together.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.testing.Answer;
import dev.together.testing.Functions;
import dev.together.testing.OneProcess;
import dev.together.testing.Person;
import dev.together.testing.RawSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Whatever is sent: no 500, no socket that hangs, and nothing of it in the log. {@code -Dfuzz.seed=…} for other dice. */
class FuzzIT {

    private static final String MARKER = "wpqmarker";
    private static final List<String> FUNCTIONS = Functions.names().stream()
            .filter(name -> !List.of("delete-conversation", "leave-conversation", "transfer-conversation").contains(name))
            .toList();
    private static final List<String> FIELDS = List.of("chat_id", "conversation_id", "text", "mode", "role", "client_msg_id",
            "user_id", "user_name", "meta", "messages", "limit", "before", "after", "title", "is_public", "chattype",
            "analyze", "message_id", "message_number",
            "status", "invite", "expires_in", "max_uses", "is_banned");
    private static final List<String> EVENTS = List.of("phx_join", "phx_leave", "broadcast", "presence", "access_token",
            "heartbeat", MARKER, "");

    @RegisterExtension
    private static final OneProcess TOGETHER = new OneProcess(
            Map.of("TOGETHER_REALTIME_OPEN_TOPICS", "open-*", "TOGETHER_LIMITS_SENDS_PER_SECOND", "10000"));

    private final Random random = new Random(Long.getLong("fuzz.seed", 1));

    @Test
    void no_body_makes_a_function_fail() {
        try (var alice = new Person(TOGETHER.url())) {
            var chat = alice.opensWith();
            for (int round = 0; round < 1_500; round++) {
                var function = FUNCTIONS.get(random.nextInt(FUNCTIONS.size()));
                var body = body(chat);

                var answer = answer(alice, function, body);

                assertThat(answer.status()).as(function + " " + body).isIn(200, 400, 403, 404, 409, 413, 429);
                if (answer.status() != 200) {
                    assertThat(answer.error()).isNotEqualTo("null");
                }
            }
            assertThat(alice.says(chat, "Still here").getString("id")).isNotBlank();
        }
        assertNothingLogged();
    }

    /** A disk that stalls is told with a 503, which asks to come again. */
    private static Answer answer(Person person, String function, String body) {
        return Stream.generate(() -> Person.call(TOGETHER.url(), function, person.token, body)).limit(3)
                .dropWhile(answer -> answer.status() == 503).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = { "1.0.0", "2.0.0" })
    void no_frame_makes_a_socket_hang(String vsn) {
        try (var alice = new Person(TOGETHER.url())) {
            for (int round = 0; round < 60; round++) {
                try (var socket = RawSocket.open(TOGETHER.url(), vsn)) {
                    for (int step = 0; step < 15; step++) {
                        sendAny(socket, vsn, alice);
                    }
                    assertAnswersOrClosed(socket, vsn);
                }
            }
        }
        assertNothingLogged();
    }

    private void sendAny(RawSocket socket, String vsn, Person alice) {
        int dice = random.nextInt(10);
        if (dice < 2 && vsn.equals("2.0.0")) {
            socket.send(RawSocket.FIN | RawSocket.BINARY, binary(alice));
        } else if (dice < 3) {
            socket.sendText(cut(frame(vsn, alice)));
        } else if (dice < 4) {
            socket.sendText("[".repeat(1 + random.nextInt(5_000)) + MARKER);
        } else {
            socket.sendText(frame(vsn, alice));
        }
    }

    private String frame(String vsn, Person alice) {
        var topic = oneOf("realtime:open-" + MARKER, alice.topic(), "realtime:", "phoenix", MARKER, anyValue(0));
        var event = oneOf(EVENTS.get(random.nextInt(EVENTS.size())), anyValue(0));
        var payload = oneOf(new JsonObject().put("config", anyValue(3)).put("access_token", alice.token),
                new JsonObject().put("config", new JsonObject().put("broadcast", anyValue(2)).put("postgres_changes",
                        anyValue(2))).put("access_token", alice.token),
                new JsonObject().put("type", "broadcast").put("event", MARKER).put("payload", anyValue(4)), anyValue(3));
        var ref = oneOf("6", "7", null, anyValue(0));
        return vsn.equals("2.0.0") ? new JsonArray().add(ref).add(ref).add(topic).add(event).add(payload).encode()
                : new JsonObject().put("join_ref", ref).put("ref", ref).put("topic", topic).put("event", event)
                        .put("payload", payload).encode();
    }

    /** A binary broadcast whose lengths and content may be anything. */
    private byte[] binary(Person alice) {
        var bytes = new byte[random.nextInt(300)];
        random.nextBytes(bytes);
        if (bytes.length > 7 && random.nextBoolean()) {
            var topic = alice.topic().getBytes(StandardCharsets.UTF_8);
            bytes[0] = 3;
            bytes[1] = 0;
            bytes[2] = 1;
            bytes[3] = (byte) topic.length;
            System.arraycopy(topic, 0, bytes, 7, Math.min(topic.length, bytes.length - 7));
        }
        return bytes;
    }

    private String body(String chat) {
        int dice = random.nextInt(10);
        if (dice == 0) {
            return String.valueOf(anyValue(4));
        }
        if (dice == 1) {
            return "{\"meta\":" + "{\"a\":".repeat(random.nextInt(1_200)) + "1";
        }
        var body = new JsonObject().put("chat_id", chat).put("conversation_id", chat).put("mode", "together").put("text",
                MARKER);
        for (int step = random.nextInt(4); step > 0; step--) {
            body.put(FIELDS.get(random.nextInt(FIELDS.size())), anyValue(3));
        }
        return dice == 2 ? cut(body.encode()) : body.encode().replace("\"huge\"", "1e" + (400 + random.nextInt(200_000)));
    }

    private Object anyValue(int depth) {
        return switch (random.nextInt(depth > 0 ? 12 : 9)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextDouble() * 1e300;
            case 2 -> random.nextBoolean();
            case 3 -> MARKER + "x".repeat(random.nextInt(1_000));
            case 4 -> MARKER + "\0\ud800\u202e\uffff";
            case 5 -> "";
            case 6 -> "huge";
            case 7 -> UUID.randomUUID().toString();
            case 8 -> -1;
            case 9 -> new JsonArray().add(anyValue(depth - 1)).add(anyValue(depth - 1)).addNull();
            default -> new JsonObject().put(FIELDS.get(random.nextInt(FIELDS.size())), anyValue(depth - 1))
                    .put("text", anyValue(depth - 1)).put("replay", new JsonObject().put("since", anyValue(0)));
        };
    }

    private String cut(String text) {
        return text.substring(0, random.nextInt(text.length() + 1));
    }

    @org.jspecify.annotations.Nullable
    private Object oneOf(@org.jspecify.annotations.Nullable Object... values) {
        return values[random.nextInt(values.length)];
    }

    private static void assertAnswersOrClosed(RawSocket socket, String vsn) {
        socket.sendText(vsn.equals("2.0.0") ? "[null,\"alive\",\"phoenix\",\"heartbeat\",{}]"
                : "{\"topic\":\"phoenix\",\"event\":\"heartbeat\",\"payload\":{},\"ref\":\"alive\"}");
        for (var frame = socket.read(); frame != null; frame = socket.read()) {
            if (frame.opcode() == RawSocket.CLOSE) {
                assertThat(frame.closeCode()).isIn(1001, 1002, 1007, 1008, 1009);
                return;
            }
            if (frame.text().contains("\"alive\"")) {
                return;
            }
        }
        throw new AssertionError("The socket ended without a close");
    }

    private static void assertNothingLogged() {
        assertThat(TOGETHER.process().log()).noneMatch(line -> line.contains(MARKER));
        assertThat(TOGETHER.process().log()).noneMatch(line -> line.contains("request_failed") || line.contains("join_failed"));
    }
}

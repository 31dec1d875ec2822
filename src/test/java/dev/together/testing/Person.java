package dev.together.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import io.vertx.core.json.JsonObject;

/** Somebody at a client: calls functions over HTTP and holds websockets. */
public class Person implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int UNAVAILABLE = 503;
    private static final int TRIES = 4;

    public final UUID id = UUID.randomUUID();
    public final String token = TestTokens.ofUser(id);
    private final URI server;
    private final List<Wire> wires = new ArrayList<>();

    /** @param server where the functions are, such as {@code http://localhost:8081} */
    public Person(URI server) {
        this.server = server;
    }

    /** Calls a function as this person. */
    public Answer calls(String function, JsonObject request) {
        return call(server, function, token, request.encode());
    }

    /** The head of a call over a socket of one's own, whose body of so many bytes is yet to come. */
    public byte[] headOf(String function, int bodyBytes) {
        return """
                POST /functions/v1/%s HTTP/1.1\r
                Host: localhost\r
                Authorization: Bearer %s\r
                Content-Type: application/json\r
                Content-Length: %d\r
                \r
                """.formatted(function, token, bodyBytes).getBytes(StandardCharsets.US_ASCII);
    }

    /** Calls a function with any token and body. */
    public static Answer call(URI server, String function, String token, String body) {
        return send(request(server, function).header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token)
                .POST(BodyPublishers.ofString(body)));
    }

    /** A request to a function as a browser sends it, without body and token. */
    public static HttpRequest.Builder request(URI server, String function) {
        return HttpRequest.newBuilder(server.resolve("/functions/v1/" + function)).timeout(PATIENCE)
                .header("Origin", "https://frontend.example");
    }

    /** Sends a request as it is. */
    public static Answer send(HttpRequest.Builder request) {
        try {
            return Answer.of(HTTP.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Opens a conversation; gives its id. */
    public String opens() {
        return asks("create-conversation", new JsonObject().put("mode", "together")).getJsonObject("conversation")
                .getString("id");
    }

    /** Opens a conversation, shares it, and the others join; gives its id. */
    public String opensWith(Person... others) {
        var chat = opens();
        shares(chat);
        for (var other : others) {
            other.joins(chat);
        }
        return chat;
    }

    /** Shares the person's conversation; gives it. */
    @CanIgnoreReturnValue
    public JsonObject shares(String chat) {
        return asks("share-conversation", conversation(chat)).getJsonObject("conversation");
    }

    /** Joins a conversation; gives it. */
    @CanIgnoreReturnValue
    public JsonObject joins(String chat) {
        return asks("join-conversation", conversation(chat)).getJsonObject("conversation");
    }

    /** Leaves a conversation. */
    @CanIgnoreReturnValue
    public JsonObject leaves(String chat) {
        return asks("leave-conversation", conversation(chat));
    }

    /** Says something; gives the stored row. */
    @CanIgnoreReturnValue
    public JsonObject says(String chat, String text) {
        return asks("chat-send", message(chat, text)).getJsonObject("saved");
    }

    /** Tries again as a client does: on a busy machine a new process is slow at first. */
    private JsonObject asks(String function, JsonObject request) {
        return Stream.generate(() -> calls(function, request)).limit(TRIES)
                .filter(answer -> answer.status() != UNAVAILABLE).findFirst().orElseThrow().succeeds();
    }

    public static JsonObject message(String chat, String text) {
        return new JsonObject().put("chat_id", chat).put("mode", "together").put("text", text);
    }

    public static JsonObject conversation(String id) {
        return new JsonObject().put("conversation_id", id);
    }

    /** Opens a websocket (vsn 2.0.0) and joins the person's own channel. */
    public Wire online() {
        var wire = wire("2.0.0");
        wire.joins(topic(), token);
        return wire;
    }

    /** Opens a websocket (vsn 2.0.0) and joins the person's own channel, asking for what was published since then. */
    public Wire onlineSince(Instant since) {
        var wire = wire("2.0.0");
        var replay = new JsonObject().put("replay", new JsonObject().put("since", since.toEpochMilli()));
        var config = new JsonObject().put("private", true).put("broadcast", replay);
        var reply = wire.join(topic(), new JsonObject().put("access_token", token).put("config", config));
        if (!reply.status().equals("ok")) {
            throw new IllegalStateException("Not joined: " + reply);
        }
        return wire;
    }

    /** Opens a websocket and joins nothing. */
    public Wire wire(String vsn) {
        var wire = Wire.open(server, TestTokens.anon(), vsn);
        wires.add(wire);
        return wire;
    }

    /** The person's channel, as the wire calls it. */
    public String topic() {
        return "realtime:user-realtime:" + id;
    }

    @Override
    public void close() {
        wires.forEach(Wire::close);
    }
}

package dev.together.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import dev.together.chaos.Operations.Failed;
import dev.together.testing.TestTokens;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A user who sends, joins, leaves and loses the network, as the dice say. */
class SimulatedUser implements Runnable {

    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(4);
    private static final Duration GIVES_UP_AFTER = Duration.ofSeconds(30);
    private static final String LONG_TEXT = "x".repeat(60_000);
    private static final Duration TRIES_AGAIN_AFTER = Duration.ofMillis(300);

    final UUID id;
    final List<Device> devices = new ArrayList<>();
    private final String name;
    private final List<URI> servers;
    private final List<String> chats;
    private final Operations ledger;
    private final Random random;
    private volatile boolean isEnding;
    private int said;
    private Optional<String> own = Optional.empty();

    SimulatedUser(String name, List<URI> servers, List<String> chats, Operations ledger, Random random) {
        this.name = name;
        this.id = new UUID(random.nextLong(), random.nextLong());
        this.servers = servers;
        this.chats = chats;
        this.ledger = ledger;
        this.random = random;
    }

    /** Opens and shares a conversation; gives its id. */
    String opens() {
        var opened = call("create-conversation", new JsonObject().put("mode", "together")).orElseThrow();
        var chat = opened.getJsonObject("conversation").getString("id");
        call("share-conversation", about(chat));
        own = Optional.of(chat);
        return chat;
    }

    void end() {
        isEnding = true;
    }

    @Override
    public void run() {
        while (!isEnding) {
            act(chats.get(random.nextInt(chats.size())), random.nextInt(100));
            Pause.of(Duration.ofMillis(30 + random.nextInt(180)));
        }
    }

    private void act(String chat, int dice) {
        if (dice < 65) {
            send(said(chat));
        } else if (dice < 75) {
            sendTwiceAtOnce(chat);
        } else if (dice < 83) {
            own.ifPresent(this::sendBatch);
        } else if (dice < 93) {
            call("join-conversation", about(chat));
        } else if (dice < 97) {
            call("leave-conversation", about(chat));
        } else {
            var device = devices.get(random.nextInt(devices.size()));
            device.goOffline(Duration.ofMillis(200 + random.nextInt(3_000)));
        }
    }

    void sendLong(String chat) {
        send(said(chat).put("text", LONG_TEXT));
    }

    void sendShort(String chat) {
        send(said(chat));
    }

    private void send(JsonObject message) {
        call("chat-send", message).ifPresent(answer -> ledger.acknowledge(answer.getJsonObject("saved")));
    }

    private void sendTwiceAtOnce(String chat) {
        var message = said(chat);
        var other = CompletableFuture.supplyAsync(() -> call("chat-send", message),
                second -> new Thread(second).start());
        call("chat-send", message).ifPresent(answer -> ledger.acknowledge(answer.getJsonObject("saved")));
        other.join().ifPresent(answer -> ledger.acknowledge(answer.getJsonObject("saved")));
    }

    private void sendBatch(String chat) {
        var texts = IntStream.range(0, 2 + random.nextInt(4)).mapToObj(step -> said(chat)).toList();
        ledger.batches.add(texts.stream().map(text -> text.getString("client_msg_id")).toList());
        var request = new JsonObject().put("chat_id", chat).put("mode", "together").put("messages", new JsonArray(texts));
        call("chat-send", request).ifPresent(answer -> answer.getJsonArray("saved").stream()
                .forEach(row -> ledger.acknowledge((JsonObject) row)));
    }

    private JsonObject said(String chat) {
        var clientMsgId = name + "-" + said++;
        ledger.sent.add(clientMsgId);
        return new JsonObject().put("chat_id", chat).put("mode", "together").put("text", "This is " + clientMsgId)
                .put("client_msg_id", clientMsgId);
    }

    private static JsonObject about(String chat) {
        return new JsonObject().put("conversation_id", chat);
    }

    /** Calls until there is an answer that counts; empty when it was refused, or when nobody knows what became of it. */
    @CanIgnoreReturnValue
    private Optional<JsonObject> call(String function, JsonObject body) {
        var until = Instant.now().plus(GIVES_UP_AFTER);
        while (Instant.now().isBefore(until)) {
            var start = Instant.now();
            int status = 0;
            try {
                var answer = ask(function, body);
                status = answer.statusCode();
                if (status == 200) {
                    return Optional.of(new JsonObject(answer.body()));
                }
                if (status == 403 || status == 404) {
                    Optional.ofNullable(body.getString("client_msg_id")).ifPresent(ledger.refused::add);
                    return Optional.empty();
                }
            } catch (IOException e) {
                // The process or its answer is lost: what became of the call is not known, so it is made again.
            }
            ledger.failures.add(new Failed(start, function, status, Duration.between(start, Instant.now())));
            Pause.of(TRIES_AGAIN_AFTER);
        }
        return Optional.empty();
    }

    private HttpResponse<String> ask(String function, JsonObject body) throws IOException {
        var server = servers.get(random.nextInt(servers.size()));
        var request = HttpRequest.newBuilder(server.resolve("/functions/v1/" + function)).timeout(ANSWERS_WITHIN)
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + TestTokens.ofUser(id))
                .POST(BodyPublishers.ofString(body.encode())).build();
        try {
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}

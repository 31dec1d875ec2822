package dev.together.testing;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A websocket of the protocol, frame by frame. */
public class Wire implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SILENCE = Duration.ofMillis(400);

    private final boolean isV2;
    private final Inbox inbox = new Inbox();
    private final WebSocket socket;
    private int ref;

    private Wire(URI address, boolean isV2) {
        this.isV2 = isV2;
        this.socket = HTTP.newWebSocketBuilder().connectTimeout(PATIENCE).buildAsync(address, inbox).join();
    }

    public static Wire open(URI server, String apiKey, String vsn) {
        return open(server, "/realtime/v1/websocket?apikey=" + apiKey + "&vsn=" + vsn);
    }

    /** Opens a websocket at any path of the server. */
    public static Wire open(URI server, String path) {
        var address = URI.create("ws://" + server.getHost() + ":" + server.getPort() + path);
        return new Wire(address, path.contains("vsn=2.0.0"));
    }

    /** The status with which the server refuses to open a websocket; 101 where it does not. */
    public static int refusal(URI server, String apiKey) {
        try (var opened = open(server, apiKey, "2.0.0")) {
            return 101;
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                return refused.getResponse().statusCode();
            }
            throw e;
        }
    }

    /** One frame from the server, whatever its version. */
    public record Received(@Nullable String joinRef, @Nullable String ref, String topic, String event, JsonObject payload) {

        /** The name of a broadcast's event. */
        public String name() {
            return String.valueOf(payload.getString("event"));
        }

        /** What a broadcast carries. */
        public JsonObject content() {
            return payload.getJsonObject("payload");
        }

        /** The {@code meta.id} of a broadcast. */
        public String id() {
            return String.valueOf(payload.getJsonObject("meta", new JsonObject()).getString("id"));
        }

        public boolean isReplayed() {
            return payload.getJsonObject("meta", new JsonObject()).getBoolean("replayed", false);
        }

        public String status() {
            return String.valueOf(payload.getString("status"));
        }

        /** Why a join or a push was refused. */
        public String reason() {
            return String.valueOf(payload.getJsonObject("response", new JsonObject()).getString("reason"));
        }
    }

    /** Joins a topic with a token, as its own first frame would be; fails unless the server says ok. */
    public void joins(String topic, String token) {
        var reply = join(topic, new JsonObject().put("config", new JsonObject()).put("access_token", token));
        if (!reply.status().equals("ok")) {
            throw new AssertionError(reply.toString());
        }
    }

    /** Joins a topic; gives the reply. */
    public Received join(String topic, JsonObject payload) {
        var mine = String.valueOf(++ref);
        send(mine, mine, topic, "phx_join", payload);
        return receives(frame -> frame.event().equals("phx_reply") && mine.equals(frame.ref()));
    }

    /** Sends a frame with the next ref; gives the reply. */
    @CanIgnoreReturnValue
    public Received asks(String topic, String event, JsonObject payload) {
        var mine = String.valueOf(++ref);
        send(null, mine, topic, event, payload);
        return receives(frame -> frame.event().equals("phx_reply") && mine.equals(frame.ref()));
    }

    /** Sends a frame. */
    public void send(@Nullable String joinRef, @Nullable String ref, String topic, String event, JsonObject payload) {
        sendText(isV2
                ? new JsonArray().add(joinRef).add(ref).add(topic).add(event).add(payload).encode()
                : new JsonObject().put("join_ref", joinRef).put("ref", ref).put("topic", topic).put("event", event)
                        .put("payload", payload).encode());
    }

    /** Sends so many heartbeats with this in them; a server that has had enough closes before it has them all. */
    public void beatsUntilClosed(int most, JsonObject payload) {
        try {
            for (int sent = 0; sent < most; sent++) {
                send(null, "9", "phoenix", "heartbeat", payload);
            }
        } catch (CompletionException e) {
            inbox.closed.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        }
    }

    public void sendText(String text) {
        socket.sendText(text, true).join();
    }

    public void sendBinary(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    /** Counts refs from here, as a client that was connected before. */
    public Wire continuingFrom(int lastRef) {
        ref = lastRef;
        return this;
    }

    /** The next broadcast of this name. */
    @CanIgnoreReturnValue
    public Received hears(String event) {
        return receives(frame -> frame.event().equals("broadcast") && frame.name().equals(event));
    }

    /** The next {@code conversation-update} of this type. */
    @CanIgnoreReturnValue
    public Received hearsUpdate(String eventType) {
        return receives(frame -> frame.event().equals("broadcast") && frame.name().equals("conversation-update")
                && eventType.equals(frame.content().getString("eventType")));
    }

    /** The next {@code conversation-update} that shows so many participants. */
    @CanIgnoreReturnValue
    public Received hearsOfParticipants(int count) {
        return receives(frame -> frame.event().equals("broadcast") && frame.name().equals("conversation-update")
                && frame.content().getJsonObject("data").getJsonArray("participants", new JsonArray()).size() == count);
    }

    /** The next broadcasts of this name, so many. */
    public List<Received> hears(String event, int count) {
        return Stream.generate(() -> hears(event)).limit(count).toList();
    }

    /** The next frame, if one comes within this time. */
    public Optional<Received> nextWithin(Duration time) {
        return Optional.ofNullable(inbox.poll(time.toNanos())).map(this::parse);
    }

    /** The next frame that matches; those before it are dropped. */
    @CanIgnoreReturnValue
    public Received receives(Predicate<Received> wanted) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var text = inbox.poll(end - System.nanoTime());
            if (text == null) {
                throw new AssertionError("Nothing like that came within " + PATIENCE + "; closed: " + inbox.closed);
            }
            var frame = parse(text);
            if (wanted.test(frame)) {
                return frame;
            }
        }
    }

    /** Fails if a broadcast comes within a moment. */
    public void hearsNothing() {
        long end = System.nanoTime() + SILENCE.toNanos();
        for (var text = inbox.poll(end - System.nanoTime()); text != null; text = inbox.poll(end - System.nanoTime())) {
            var frame = parse(text);
            if (frame.event().equals("broadcast")) {
                throw new AssertionError("Heard " + frame.payload());
            }
        }
    }

    /** The next frame, if one comes within this time. */
    public @Nullable Received next(Duration within) {
        var text = inbox.poll(within.toNanos());
        return text == null ? null : parse(text);
    }

    /** The text of the next frame, to the letter. */
    public String nextText() {
        var text = inbox.poll(PATIENCE.toNanos());
        if (text == null) {
            throw new AssertionError("No frame came within " + PATIENCE);
        }
        return text;
    }

    /** The next binary frame. */
    public byte[] nextBinary() {
        var bytes = Inbox.poll(inbox.binaries, PATIENCE.toNanos());
        if (bytes == null) {
            throw new AssertionError("No binary frame came within " + PATIENCE);
        }
        return bytes;
    }

    /** The next broadcast of this name, if one comes within a moment. */
    public Optional<Received> mayHear(String event) {
        long end = System.nanoTime() + SILENCE.toNanos();
        for (var text = inbox.poll(end - System.nanoTime()); text != null; text = inbox.poll(end - System.nanoTime())) {
            var frame = parse(text);
            if (frame.event().equals("broadcast") && frame.name().equals(event)) {
                return Optional.of(frame);
            }
        }
        return Optional.empty();
    }

    /** Fails if any frame comes within a moment. */
    public void receivesNothing() {
        var text = inbox.poll(SILENCE.toNanos());
        if (text != null) {
            throw new AssertionError("Received " + text);
        }
    }

    /** The code that the server closes with. */
    public int isClosed() {
        return inbox.closed.orTimeout(PATIENCE.toSeconds() * 2, TimeUnit.SECONDS).join();
    }

    public boolean isOpen() {
        return !inbox.closed.isDone();
    }

    /** Loses the connection without a word. */
    public void cut() {
        socket.abort();
    }

    @Override
    public void close() {
        socket.abort();
    }

    private Received parse(String text) {
        if (isV2) {
            var frame = new JsonArray(text);
            return new Received(frame.getString(0), frame.getString(1), frame.getString(2), frame.getString(3),
                    frame.getJsonObject(4));
        }
        var frame = new JsonObject(text);
        return new Received(null, frame.getString("ref"), frame.getString("topic"), frame.getString("event"),
                frame.getJsonObject("payload"));
    }

    /** Frames as they come. */
    private static class Inbox implements WebSocket.Listener {

        private final LinkedBlockingQueue<String> frames = new LinkedBlockingQueue<>();
        private final LinkedBlockingQueue<byte[]> binaries = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final StringBuilder partial = new StringBuilder();

        @Nullable
        String poll(long nanos) {
            return poll(frames, nanos);
        }

        static <T> @Nullable T poll(LinkedBlockingQueue<T> queue, long nanos) {
            try {
                return queue.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                frames.add(partial.toString());
                partial.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
            var bytes = new byte[data.remaining()];
            data.get(bytes);
            binaries.add(bytes);
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            closed.complete(statusCode);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            closed.complete(1006);
        }
    }
}

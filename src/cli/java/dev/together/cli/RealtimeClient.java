package dev.together.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A websocket that has joined one channel, in version 2.0.0 of the protocol. It ends, too, where nothing comes from one
 * heartbeat to the next: a connection may be lost without a word, and now and then the JDK's client misses a close.
 */
class RealtimeClient implements WebSocket.Listener, AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration BEAT_EVERY = Duration.ofSeconds(5);
    private static final String REF = "1";

    private final LinkedBlockingQueue<String> frames = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private volatile @Nullable String ended;
    private volatile boolean isSilent;
    private long nextBeat = System.nanoTime() + BEAT_EVERY.toNanos();
    private @Nullable WebSocket socket;

    private RealtimeClient() {
    }

    static RealtimeClient open(HttpClient http, URI address, String topic, String token, JsonNode config)
            throws IOException, InterruptedException {
        var client = new RealtimeClient();
        try {
            var socket = http.newWebSocketBuilder().connectTimeout(TIMEOUT).buildAsync(address, client).join();
            var payload = Access.JSON.createObjectNode().put("access_token", token).set("config", config);
            client.socket = socket;
            client.write(Access.JSON.createArrayNode().add(REF).add(REF).add(topic).add("phx_join").add(payload));
        } catch (CompletionException e) {
            throw new IOException("The websocket cannot be opened: " + e.getCause(), e);
        }
        client.requireJoined();
        return client;
    }

    /** The payload of the next broadcast; null when none comes in time. */
    @Nullable
    JsonNode next(Duration timeout) throws IOException, InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        for (long left = timeout.toNanos(); left > 0; left = end - System.nanoTime()) {
            long untilBeat = nextBeat - System.nanoTime();
            var frame = frame(Math.min(left, Math.max(0, untilBeat)));
            if (frame != null && frame.path(3).asText().equals("broadcast")) {
                return frame.get(4);
            }
            if (untilBeat <= 0) {
                beat();
            }
        }
        return null;
    }

    private void beat() throws IOException {
        if (isSilent) {
            throw new IOException("The connection ended: a heartbeat was not answered");
        }
        isSilent = true;
        nextBeat = System.nanoTime() + BEAT_EVERY.toNanos();
        write(Access.JSON.createArrayNode().addNull().add("0").add("phoenix").add("heartbeat")
                .add(Access.JSON.createObjectNode()));
    }

    private void requireJoined() throws IOException, InterruptedException {
        for (var frame = frame(TIMEOUT.toNanos()); frame != null; frame = frame(TIMEOUT.toNanos())) {
            if (frame.path(3).asText().equals("phx_reply") && frame.path(1).asText().equals(REF)) {
                if (!frame.path(4).path("status").asText().equals("ok")) {
                    throw new IOException(frame.path(4).path("response").path("reason").asText("The join was refused"));
                }
                return;
            }
        }
        throw new IOException("The join was not answered within " + TIMEOUT.toSeconds() + " s");
    }

    private @Nullable JsonNode frame(long nanos) throws IOException, InterruptedException {
        var text = frames.poll(nanos, TimeUnit.NANOSECONDS);
        boolean isNone = text == null || text.isEmpty();
        if (isNone && ended != null) {
            throw new IOException("The connection ended: " + ended);
        }
        return isNone ? null : Access.JSON.readTree(text);
    }

    private void write(JsonNode frame) throws IOException {
        try {
            if (socket != null) {
                socket.sendText(frame.toString(), true).join();
            }
        } catch (CompletionException e) {
            throw new IOException("The connection ended: " + e.getCause(), e);
        }
    }

    /** Whoever waits for a frame is woken. */
    private void end(String reason) {
        ended = reason;
        frames.add("");
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        isSilent = false;
        partial.append(data);
        if (last) {
            frames.add(partial.toString());
            partial.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        end(statusCode + " " + reason);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        end(String.valueOf(error.getMessage()));
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.abort();
        }
    }
}

package dev.together.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Predicate;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.vertx.core.json.JsonObject;

/** An assistant's handler: remembers how it was called, and answers as it is told to. */
public class TestHandler implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private volatile Function<Call, Reply> answer = call -> Reply.TAKEN;

    public TestHandler() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** One call. */
    public record Call(Headers headers, String text) {

        public JsonObject body() {
            return new JsonObject(text);
        }

        public String runId() {
            return String.valueOf(body().getString("run_id"));
        }

        public String header(String name) {
            return String.valueOf(headers.getFirst(name));
        }
    }

    /** What it answers. */
    public record Reply(int status, String body) {

        public static final Reply TAKEN = new Reply(202, "");
    }

    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    /** From now on it answers so. */
    public void answers(Function<Call, Reply> how) {
        answer = how;
    }

    /** The calls that concern this conversation, so far. */
    public List<Call> calls(String chat) {
        return calls.stream().filter(call -> chat.equals(call.body().getString("chat_id"))).toList();
    }

    /** The first call that concerns this conversation. */
    @CanIgnoreReturnValue
    public Call isCalled(String chat) {
        return isCalled(chat, call -> true);
    }

    public Call isCalled(String chat, Predicate<Call> wanted) {
        TestProcess.waitUntil(PATIENCE, () -> calls(chat).stream().anyMatch(wanted));
        return calls(chat).stream().filter(wanted).findFirst().orElseThrow();
    }

    /** Nobody calls it because of this. */
    public void isNotCalled(String chat) {
        assertThat(calls(chat)).isEmpty();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var call = new Call(exchange.getRequestHeaders(),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            calls.add(call);
            var reply = answer.apply(call);
            var body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }
}

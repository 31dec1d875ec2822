package dev.together.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** Publishes the keys that it signs tokens with, over HTTP. */
public class Issuer implements AutoCloseable {

    private final JsonWebKeySet keys = new JsonWebKeySet();
    private final AtomicInteger readings = new AtomicInteger();
    private final HttpServer server;
    private volatile int status = 200;
    private volatile boolean isStalling;

    public Issuer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/keys", this::answer);
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/keys";
    }

    /** Publishes the key by this name from now on; gives it. */
    public PublicJsonWebKey publish(PublicJsonWebKey key, String name) {
        key.setKeyId(name);
        keys.addJsonWebKey(key);
        return key;
    }

    /** How often the keys were read. */
    public int readings() {
        return readings.get();
    }

    /** Answers so from now on. */
    public void failWith(int failure) {
        status = failure;
    }

    /** Begins its answers from now on and does not end them, or does again. */
    public void stall(boolean stalls) {
        isStalling = stalls;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        readings.incrementAndGet();
        var body = keys.toJson(OutputControlLevel.PUBLIC_ONLY).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        if (isStalling) {
            exchange.getResponseBody().flush();
            return;
        }
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}

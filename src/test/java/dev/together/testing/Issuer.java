package dev.together.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

/** Publishes the keys that it signs tokens with, over HTTP. */
public class Issuer implements AutoCloseable {

    private static final byte[] SPACES = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicLong padding = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private final AtomicInteger cutShort = new AtomicInteger();
    private final JsonWebKeySet keys = new JsonWebKeySet();
    private final AtomicInteger readings = new AtomicInteger();
    private final HttpServer server;
    private final String address;
    private volatile int status = 200;
    private volatile boolean isStalling;
    private volatile boolean isSilent;

    public Issuer() {
        this(listening(HttpServer::create), "http");
    }

    /** Publishes them over HTTPS, at localhost. */
    public Issuer(Certificate certificate) {
        this(listening((address, backlog) -> {
            var secured = HttpsServer.create(address, backlog);
            secured.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
            return secured;
        }), "https");
    }

    private Issuer(HttpServer server, String scheme) {
        this.server = server;
        this.address = scheme + "://" + (scheme.equals("https") ? "localhost" : "127.0.0.1") + ":"
                + server.getAddress().getPort() + "/keys";
        server.setExecutor(threads);
        server.createContext("/keys", this::answer);
        server.start();
    }

    private interface Listening {

        HttpServer at(InetSocketAddress address, int backlog) throws IOException;
    }

    private static HttpServer listening(Listening server) {
        try {
            return server.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String address() {
        return address;
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

    /** Takes requests from now on and does not begin to answer, or does again. */
    public void silence(boolean isSaid) {
        isSilent = isSaid;
    }

    /** Puts so many bytes that mean nothing before the keys from now on. */
    public void pad(long bytes) {
        padding.set(bytes);
    }

    /** How much of its padding it could send. */
    public long padded() {
        return written.get();
    }

    /** How often its reader hung up before the end. */
    public int cutShort() {
        return cutShort.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        readings.incrementAndGet();
        if (isSilent) {
            return;
        }
        var body = keys.toJson(OutputControlLevel.PUBLIC_ONLY).getBytes(StandardCharsets.UTF_8);
        // Who does not say how long it will be may go on for ever.
        exchange.sendResponseHeaders(status, padding.get() > 0 ? 0 : body.length);
        if (isStalling) {
            exchange.getResponseBody().flush();
            return;
        }
        try (exchange; var out = exchange.getResponseBody()) {
            for (long left = padding.get(); left > 0; left -= SPACES.length) {
                out.write(SPACES, 0, (int) Math.min(left, SPACES.length));
                written.addAndGet(Math.min(left, SPACES.length));
            }
            out.write(body);
        } catch (IOException e) {
            cutShort.incrementAndGet();
        }
    }
}

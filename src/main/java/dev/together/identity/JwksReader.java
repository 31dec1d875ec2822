package dev.together.identity;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.unchecked.Unchecked;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.core.http.HttpClient;
import io.vertx.mutiny.core.http.HttpClientRequest;
import io.vertx.mutiny.core.http.HttpClientResponse;

/**
 * Reads the keys that an issuer publishes at its JWKS address: 256 KiB at most, within seconds.
 *
 * <p>
 * Each reading has a connection of its own, which ends with it, whatever the other side does.
 */
class JwksReader {

    private static final int MOST_BYTES = 256 << 10;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final HttpClient http;
    private final URI address;

    /** @param authorities PEM files of whom to trust; the Java's own where there are none */
    JwksReader(URI address, List<Path> authorities, Vertx vertx) {
        this.http = vertx.createHttpClient(options(authorities));
        this.address = address;
    }

    private static HttpClientOptions options(List<Path> authorities) {
        int seconds = (int) TIMEOUT.toSeconds();
        var options = new HttpClientOptions().setKeepAlive(false).setIdleTimeout(seconds)
                .setConnectTimeout((int) TIMEOUT.toMillis()).setSslHandshakeTimeout(seconds);
        if (!authorities.isEmpty()) {
            var trusted = new PemTrustOptions();
            authorities.forEach(file -> trusted.addCertPath(file.toString()));
            options.setTrustOptions(trusted);
        }
        return options;
    }

    /** The public keys that are there now; fails where they cannot be had in time. */
    Uni<List<PublicJsonWebKey>> read() {
        var request = new RequestOptions().setAbsoluteURI(address.toString()).setConnectTimeout(TIMEOUT.toMillis());
        return http.request(request)
                .flatMap(JwksReader::read)
                .map(Unchecked.function(JwksReader::parse))
                // Whoever waits is answered also where there is not even a connection.
                .ifNoItem().after(TIMEOUT.multipliedBy(2)).fail();
    }

    private static Uni<Buffer> read(HttpClientRequest request) {
        return request.send()
                .invoke(JwksReader::requireSuccess)
                .flatMap(response -> response.toMulti().collect().in(Buffer::buffer, JwksReader::append))
                .ifNoItem().after(TIMEOUT).fail()
                .onFailure().invoke(() -> request.reset());
    }

    private static void requireSuccess(HttpClientResponse response) {
        if (response.statusCode() != 200) {
            throw new IllegalStateException("The JWKS address answered " + response.statusCode());
        }
    }

    private static void append(Buffer read, Buffer next) {
        if (read.length() + next.length() > MOST_BYTES) {
            throw new IllegalStateException("The JWKS address sent more than " + MOST_BYTES + " bytes");
        }
        read.appendBuffer(next);
    }

    private static List<PublicJsonWebKey> parse(Buffer body) throws JoseException {
        return new JsonWebKeySet(body.toString()).getJsonWebKeys().stream()
                .filter(PublicJsonWebKey.class::isInstance).map(PublicJsonWebKey.class::cast).toList();
    }
}

package dev.together.realtime;

import jakarta.inject.Singleton;

import dev.together.Settings;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;

/**
 * Drops the connections to which nothing could be written for twice {@code together.realtime.idle-timeout}; who is idle is
 * told so before.
 *
 * <p>
 * A client that never reads does not take the close frame either, which waits behind all else. One that reads is answered
 * its heartbeats, so something is always written to it.
 */
@Singleton
class WriteTimeout implements HttpServerOptionsCustomizer {

    private final Settings settings;

    WriteTimeout(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        var limit = options.getIdleTimeoutUnit().convert(settings.realtime().idleTimeout().multipliedBy(2));
        options.setWriteIdleTimeout(Math.toIntExact(limit));
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        customizeHttpServer(options);
    }
}

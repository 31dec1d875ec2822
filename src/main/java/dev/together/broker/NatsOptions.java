package dev.together.broker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import javax.net.ssl.SSLContext;

import org.jspecify.annotations.Nullable;

import dev.together.Settings;
import io.nats.client.ConnectionListener;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Options.HostnameResolveMode;
import io.quarkus.runtime.configuration.ConfigurationException;

/** How the connection to NATS behaves. */
class NatsOptions {

    private static final Duration RECONNECT_WAIT = Duration.ofMillis(250);
    private static final int PINGS_OUT = 4;

    private NatsOptions() {
    }

    /**
     * @param listener hears when the connection is there again
     * @param errors hears what goes wrong on it
     */
    static Options of(Settings.Nats settings, @Nullable SSLContext tls, ConnectionListener listener, ErrorListener errors) {
        var options = new Options.Builder()
                .servers(settings.url().orElseThrow().toArray(String[]::new))
                .connectionName("together")
                .maxReconnects(-1)
                .reconnectWait(RECONNECT_WAIT)
                .reconnectJitter(RECONNECT_WAIT)
                .reconnectJitterTls(RECONNECT_WAIT)
                .pingInterval(settings.pingInterval())
                .maxPingsOut(PINGS_OUT)
                .connectionTimeout(Settings.Nats.TIMEOUT)
                .socketWriteTimeout(Settings.Nats.TIMEOUT)
                // What cannot leave now stays in the outbox, not here.
                .reconnectBufferSize(0)
                // A bounded queue would block an event loop when it is full; NatsBroker counts what waits.
                .maxMessagesInOutgoingQueue(0)
                .connectionListener(listener)
                .errorListener(errors);
        authenticate(options, settings);
        if (tls != null) {
            // Certificates are of names: other ways to connect forget the name for its address before TLS begins, and what
            // the servers of a cluster say of each other are addresses, too.
            options.sslContext(tls).hostnameResolveMode(HostnameResolveMode.HappyEyeballs).ignoreDiscoveredServers();
        }
        return options.build();
    }

    /**
     * Refuses what would never connect, or promises more than it keeps.
     *
     * @throws ConfigurationException with what to set instead
     */
    static void check(Settings.Nats settings) {
        settings.credentials().ifPresent(file -> requireReadable("together.nats.credentials", file));
        settings.nkey().ifPresent(file -> requireReadable("together.nats.nkey", file));
        for (var url : settings.url().orElseThrow()) {
            if (url.contains("@")) {
                // The client of NATS writes its addresses into the log.
                throw new ConfigurationException("together.nats.url must not contain a login:"
                        + " set together.nats.username and together.nats.password, or together.nats.token");
            }
            if (url.contains("tls://") && settings.tlsConfiguration().isEmpty()) {
                throw new ConfigurationException("together.nats.url asks for TLS:"
                        + " set together.nats.tls-configuration, and quarkus.tls.<name>.* with whom to trust");
            }
        }
    }

    private static void requireReadable(String name, Path file) {
        if (!Files.isReadable(file)) {
            throw new ConfigurationException(name + " names a file that cannot be read: " + file);
        }
    }

    private static void authenticate(Options.Builder options, Settings.Nats settings) {
        settings.username().ifPresent(name -> options.userInfo(name.toCharArray(),
                settings.password().orElse("").toCharArray()));
        settings.token().ifPresent(token -> options.token(token.toCharArray()));
        settings.credentials().ifPresent(file -> options.authHandler(Nats.credentials(file.toString())));
        settings.nkey().ifPresent(file -> options.authHandler(Nats.credentials(null, file.toString())));
    }
}

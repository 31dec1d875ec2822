package dev.together.broker;

import java.time.Clock;

import javax.net.ssl.SSLContext;

import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.together.Settings;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.tls.TlsConfigurationRegistry;

/** Chooses the broker: NATS where it is configured, else the one of a single process. */
class BrokerProducer {

    private static final int AROUND = 65_536;

    @Produces
    @Singleton
    Broker broker(Settings settings, Clock clock, TlsConfigurationRegistry registry) {
        if (settings.nats().url().isEmpty()) {
            return new LocalBroker();
        }
        NatsOptions.check(settings.nats());
        var broker = new NatsBroker(settings.nats(), mostBytes(settings), tls(settings.nats(), registry), clock);
        broker.start();
        return broker;
    }

    void end(@Disposes Broker broker) throws InterruptedException {
        if (broker instanceof NatsBroker nats) {
            nats.close();
        }
    }

    /** The largest broadcast, and what stands around it. */
    static int mostBytes(Settings settings) {
        return settings.realtime().broadcastBytes() + AROUND;
    }

    private static @Nullable SSLContext tls(Settings.Nats settings, TlsConfigurationRegistry registry) {
        var name = settings.tlsConfiguration();
        if (name.isEmpty()) {
            return null;
        }
        return NatsTls.of(registry.get(name.get()).orElseThrow(
                () -> new ConfigurationException("There is no quarkus.tls." + name.get() + " for NATS")));
    }
}

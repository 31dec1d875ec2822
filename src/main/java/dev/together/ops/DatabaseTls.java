package dev.together.ops;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;

import javax.net.ssl.TrustManagerFactory;

import jakarta.inject.Singleton;

import org.postgresql.ssl.WrappedFactory;

import dev.together.Settings;
import io.quarkus.arc.Arc;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;

/**
 * TLS to PostgreSQL, for both drivers out of one configuration: no connection without it, none to a server that is not
 * trusted, and none to one whose certificate is of another host (unless {@code hostname-verification-algorithm} is
 * {@code NONE}).
 */
@Singleton
class DatabaseTls {

    private static final String AS_IN_HTTPS = "HTTPS";
    private static final String NOT_AT_ALL = "NONE";

    private final Settings.Database settings;
    private final TlsConfigurationRegistry registry;

    DatabaseTls(Settings settings, TlsConfigurationRegistry registry) {
        this.settings = settings.database();
        this.registry = registry;
    }

    /** @throws ConfigurationException where there is no such configuration */
    void set(PgConnectOptions options) {
        settings.tlsConfiguration().map(name -> named(registry, name))
                .ifPresent(configuration -> set(options, configuration));
    }

    private static void set(PgConnectOptions options, TlsConfiguration configuration) {
        var verification = configuration.getHostnameVerificationAlgorithm().orElse(AS_IN_HTTPS);
        var trusted = configuration.getTrustStoreOptions();
        options.setTrustOptions(trusted == null ? publicAuthorities() : trusted);
        if (configuration.getKeyStoreOptions() != null) {
            options.setKeyCertOptions(configuration.getKeyStoreOptions());
        }
        if (NOT_AT_ALL.equals(verification)) {
            options.setSslMode(SslMode.VERIFY_CA);
        } else {
            options.setHostnameVerificationAlgorithm(verification).setSslMode(SslMode.VERIFY_FULL);
        }
    }

    private static TlsConfiguration named(TlsConfigurationRegistry registry, String name) {
        return registry.get(name)
                .orElseThrow(() -> new ConfigurationException("There is no quarkus.tls." + name + " for PostgreSQL"));
    }

    /** Those that Java trusts. */
    private static TrustOptions publicAuthorities() {
        try {
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            return TrustOptions.wrap(Arrays.asList(factory.getTrustManagers()).get(0));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java trusts nobody", e);
        }
    }

    /** Makes the sockets of the JDBC driver, which knows it by its name. */
    @RegisterForReflection
    public static class Sockets extends WrappedFactory {

        /** @param name of the TLS configuration */
        public Sockets(String name) {
            try {
                factory = named(Arc.container().instance(TlsConfigurationRegistry.class).get(), name).createSSLContext()
                        .getSocketFactory();
            } catch (ConfigurationException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("The TLS configuration quarkus.tls." + name + " does not work", e);
            }
        }
    }
}

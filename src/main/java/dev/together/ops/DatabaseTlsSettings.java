package dev.together.ops;

import java.util.List;
import java.util.Map;

import org.eclipse.microprofile.config.spi.ConfigSource;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;

/** Tells the JDBC driver, which migrates the schema, of {@code together.database.tls-configuration}. */
public class DatabaseTlsSettings implements ConfigSourceFactory {

    private static final String NAME = "together.database.tls-configuration";
    private static final String DRIVER = "quarkus.datasource.schema.jdbc.additional-jdbc-properties.";
    /** Above the application's own, below a file's and the environment's. */
    private static final int ORDINAL = 255;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        var name = value(context, NAME);
        if (name.isEmpty()) {
            return List.of();
        }
        var verification = value(context, "quarkus.tls." + name + ".hostname-verification-algorithm");
        return List.of(new PropertiesConfigSource(Map.of(
                DRIVER + "sslmode", verification.equals("NONE") ? "verify-ca" : "verify-full",
                DRIVER + "sslfactory", DatabaseTls.Sockets.class.getName(),
                DRIVER + "sslfactoryarg", name), "TLS to PostgreSQL", ORDINAL));
    }

    private static String value(ConfigSourceContext context, String name) {
        ConfigValue found = context.getValue(name);
        return found == null || found.getValue() == null ? "" : found.getValue().strip();
    }
}

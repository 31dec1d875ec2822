package dev.together.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/** A real PostgreSQL for one run of the application; the same for the packaged one. */
public class TestDatabase implements QuarkusTestResourceLifecycleManager {

    @SuppressWarnings("NullAway.Init") // set by start
    private EmbeddedPostgres postgres;

    @Override
    public Map<String, String> start() {
        try {
            postgres = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60))
                    .setServerConfig("max_connections", "200").start();
            var settings = new HashMap<>(Map.of(
                    "together.database.url", "postgresql://127.0.0.1:" + postgres.getPort() + "/postgres",
                    "together.database.username", "postgres",
                    "together.database.password", "postgres",
                    "together.database.migrate", "true",
                    "together.jwt.secret", TestTokens.SECRET,
                    "together.api-keys", "sb_publishable_test_0123456789:anon,sb_secret_test_0123456789:service_role",
                    "together.limits.sends-per-second", "500",
                    "together.realtime.open-topics", "room-*",
                    "together.realtime.token-grace", "5s"));
            settings.put("together.limits.changes-per-second", "500");
            settings.put("together.limits.rejoin-after", "0s");
            return settings;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        try {
            postgres.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

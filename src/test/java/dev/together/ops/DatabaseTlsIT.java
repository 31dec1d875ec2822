package dev.together.ops;

import static dev.together.testing.TestProcess.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.together.testing.Certificate;
import dev.together.testing.Person;
import dev.together.testing.Sql;
import dev.together.testing.TogetherProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/** The packaged application and a PostgreSQL with TLS, by both drivers: the one that migrates and the one that serves. */
@SuppressWarnings("NullAway.Init") // set before all
class DatabaseTlsIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String UNSECURED = """
            select count(*) from pg_stat_activity a join pg_stat_ssl s on s.pid = a.pid
            where a.client_port is not null and a.pid <> pg_backend_pid() and not s.ssl
            """;
    private static final String SECURED = UNSECURED.replace("not s.ssl", "s.ssl");

    private static final String TABLES = "select count(*) from pg_tables where schemaname = 'public'";

    @TempDir
    private static Path folder;

    @Test
    void a_server_that_is_trusted_is_migrated_and_serves_by_tls_alone() throws IOException {
        var server = Certificate.of(folder, "dns:localhost");
        try (var postgres = postgresWith(server);
                var process = TogetherProcess
                        .start(with(postgres, "localhost", server, Map.of("TOGETHER_DATABASE_MIGRATE", "true")));
                var alice = new Person(process.url())) {
            assertThat(alice.opens()).isNotEmpty();
            assertThat(Sql.number(postgres.getPostgresDatabase(), SECURED)).isPositive();
            assertThat(Sql.number(postgres.getPostgresDatabase(), UNSECURED)).isZero();
        }
    }

    @Test
    void a_server_that_is_not_trusted_is_neither_migrated_nor_served_from() throws IOException {
        var server = Certificate.of(folder, "dns:localhost");
        var other = Certificate.of(folder, "dns:localhost");
        try (var postgres = postgresWith(server)) {
            assertNotMigrated(postgres, with(postgres, "localhost", other, Map.of("TOGETHER_DATABASE_MIGRATE", "true")));
            assertNeverReady(with(postgres, "localhost", other, Map.of()));
        }
    }

    @Test
    void a_server_with_the_certificate_of_another_host_is_neither_migrated_nor_served_from() throws IOException {
        var server = Certificate.of(folder, "dns:elsewhere.example");
        try (var postgres = postgresWith(server)) {
            assertNotMigrated(postgres, with(postgres, "localhost", server, Map.of("TOGETHER_DATABASE_MIGRATE", "true")));
            assertNeverReady(with(postgres, "localhost", server, Map.of()));
        }
    }

    @Test
    void another_host_is_talked_to_where_hosts_do_not_matter() throws IOException {
        var server = Certificate.of(folder, "dns:elsewhere.example");
        try (var postgres = postgresWith(server);
                var process = TogetherProcess
                        .start(with(postgres, "localhost", server, Map.of("TOGETHER_DATABASE_MIGRATE", "true",
                                "QUARKUS_TLS_POSTGRES_HOSTNAME_VERIFICATION_ALGORITHM", "NONE")))) {
            assertThat(process.isReady()).isTrue();
        }
    }

    @Test
    void a_server_without_tls_is_not_talked_to() throws IOException {
        try (var postgres = EmbeddedPostgres.builder().setPGStartupWait(PATIENCE).start()) {
            var trusted = Certificate.of(folder, "dns:localhost");
            assertNotMigrated(postgres, with(postgres, "localhost", trusted, Map.of("TOGETHER_DATABASE_MIGRATE", "true")));
            assertNeverReady(with(postgres, "localhost", trusted, Map.of()));
        }
    }

    private static EmbeddedPostgres postgresWith(Certificate server) {
        try {
            Files.setPosixFilePermissions(server.key(), PosixFilePermissions.fromString("rw-------"));
            return EmbeddedPostgres.builder().setPGStartupWait(PATIENCE)
                    .setServerConfig("ssl", "on")
                    .setServerConfig("ssl_cert_file", server.certificate().toString())
                    .setServerConfig("ssl_key_file", server.key().toString()).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> with(EmbeddedPostgres postgres, String host, Certificate trusted,
            Map<String, String> more) {
        var variables = new HashMap<>(Map.of(
                "TOGETHER_DATABASE_URL", "postgresql://" + host + ":" + postgres.getPort() + "/postgres",
                "TOGETHER_DATABASE_USERNAME", "postgres",
                "TOGETHER_DATABASE_PASSWORD", "postgres",
                "TOGETHER_DATABASE_TLS_CONFIGURATION", "postgres",
                "QUARKUS_FLYWAY_SCHEMA_CONNECT_RETRIES", "0",
                "QUARKUS_TLS_POSTGRES_TRUST_STORE_PEM_CERTS", trusted.certificate().toString()));
        variables.putAll(more);
        return variables;
    }

    private static void assertNotMigrated(EmbeddedPostgres postgres, Map<String, String> variables) {
        try (var process = TogetherProcess.startUnready(variables)) {
            assertThat(process.waitForEnd()).isEqualTo(1);
        }
        assertThat(Sql.number(postgres.getPostgresDatabase(), TABLES)).isZero();
    }

    private static void assertNeverReady(Map<String, String> variables) {
        try (var process = TogetherProcess.startUnready(variables)) {
            waitUntil(PATIENCE, () -> process.health("ready") == 503);
            waitUntil(PATIENCE, () -> process.log().stream().anyMatch(line -> line.contains("database_away")));
            assertThat(process.health("live")).isEqualTo(200);
        }
    }
}

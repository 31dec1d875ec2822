package dev.together.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.flywaydb.core.Flyway;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/** A PostgreSQL with everything durable, and one database of the same tables for each that is measured. */
class Postgres implements AutoCloseable {

    static final String USER = "postgres";

    private static final List<String> TOLD = List.of("server_version", "fsync", "synchronous_commit", "full_page_writes",
            "shared_buffers", "max_wal_size");

    private final EmbeddedPostgres postgres;
    private final Path data;

    private Postgres(EmbeddedPostgres postgres, Path data) {
        this.postgres = postgres;
        this.data = data;
    }

    /** Starts with the defaults of PostgreSQL; what the library turns off for unit tests is on. */
    static Postgres start(Path folder, int port) throws IOException, SQLException {
        var data = folder.resolve("postgres");
        var started = EmbeddedPostgres.builder().setPort(port).setDataDirectory(data).setCleanDataDirectory(true)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("max_connections", "300")
                .start();
        var postgres = new Postgres(started, data);
        if (!"on".equals(postgres.settings().get("fsync"))) {
            postgres.close();
            throw new IllegalStateException("PostgreSQL runs without fsync");
        }
        return postgres;
    }

    /** Makes a database with the tables of the application. */
    void create(String database) throws SQLException {
        execute(USER, "create database " + database);
        var migration = Flyway.configure().dataSource(postgres.getDatabase(USER, database))
                .placeholders(Map.of("serving", USER));
        // As the application: an index that is built concurrently would wait for the transaction of the lock.
        migration.getConfigurationExtension(PostgreSQLConfigurationExtension.class).setTransactionalLock(false);
        migration.load().migrate();
    }

    void execute(String database, String... statements) throws SQLException {
        try (var connection = connect(database); var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Host, port and name, as the application and Node take it. */
    String url(String database) {
        return "postgresql://127.0.0.1:" + postgres.getPort() + "/" + database;
    }

    int port() {
        return postgres.getPort();
    }

    Cpu cpu() throws IOException {
        return new Cpu(Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip()));
    }

    /** What decides how fast it is. */
    Map<String, String> settings() throws SQLException {
        var settings = new LinkedHashMap<String, String>();
        try (var connection = connect(USER); var statement = connection.createStatement()) {
            for (var name : TOLD) {
                var row = statement.executeQuery("show " + name);
                row.next();
                settings.put(name, row.getString(1));
            }
        }
        return settings;
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }

    private Connection connect(String database) throws SQLException {
        return postgres.getDatabase(USER, database).getConnection();
    }
}

package dev.together.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/** A real PostgreSQL that can be stopped, crashed, paused, and started again with its data at the same port. */
public class FragileDatabase implements AutoCloseable {

    private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);

    /** It complains about a PostgreSQL that has crashed, which is what was asked for. */
    private static final Logger ZONKY = Logger.getLogger("io.zonky.test.db.postgres.embedded.EmbeddedPostgres");

    static {
        ZONKY.setLevel(Level.OFF);
    }

    private final Path data;
    private EmbeddedPostgres postgres;

    private FragileDatabase() throws IOException {
        data = Files.createTempDirectory("together-postgres-").resolve("data");
        postgres = builder().start();
    }

    public static FragileDatabase start() {
        try {
            return new FragileDatabase();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The environment in which the application finds this database and knows the tests' tokens. */
    public Map<String, String> environment() {
        return Map.of(
                "TOGETHER_DATABASE_URL", "postgresql://127.0.0.1:" + postgres.getPort() + "/postgres",
                "TOGETHER_DATABASE_USERNAME", "postgres",
                "TOGETHER_DATABASE_PASSWORD", "postgres",
                "TOGETHER_DATABASE_MIGRATE", "true",
                "TOGETHER_JWT_SECRET", TestTokens.SECRET);
    }

    public Connection connect() throws SQLException {
        return postgres.getPostgresDatabase().getConnection();
    }

    public int port() {
        return postgres.getPort();
    }

    public DataSource source() {
        return postgres.getPostgresDatabase();
    }

    /** Ends running transactions and stops. */
    public void stop() {
        var postmaster = postmaster();
        closeQuietly();
        awaitEnd(postmaster);
    }

    /** Stops at once, without a word to anybody, and has to recover when it starts. */
    public void crash() {
        var postmaster = postmaster();
        Signals.sendTo("QUIT", postmaster);
        awaitEnd(postmaster);
        closeQuietly();
    }

    /** Starts again after {@link #stop} or {@link #crash}. */
    public void restart() {
        try {
            postgres = builder().setPort(postgres.getPort()).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets it answer nobody; its connections stay open. */
    public void pause() {
        Signals.send("STOP", postmaster());
    }

    public void resume() {
        Signals.send("CONT", postmaster());
    }

    @Override
    public void close() {
        closeQuietly();
    }

    private EmbeddedPostgres.Builder builder() {
        return EmbeddedPostgres.builder().setPGStartupWait(STARTS_WITHIN).setDataDirectory(data).setCleanDataDirectory(false)
                .setServerConfig("max_connections", "200")
                // Embedded PostgreSQL forgets the last commits in a crash unless it is told not to.
                .setServerConfig("synchronous_commit", "on").setServerConfig("fsync", "on")
                .setServerConfig("full_page_writes", "on");
    }

    /** What asks it to stop does not wait until a slow disk has everything. */
    private static void awaitEnd(ProcessHandle postmaster) {
        postmaster.onExit().orTimeout(STARTS_WITHIN.toSeconds(), TimeUnit.SECONDS).join();
    }

    private ProcessHandle postmaster() {
        try {
            var pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
            return ProcessHandle.of(pid).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets go of the lock on the data; that PostgreSQL has ended before is no failure here. */
    private void closeQuietly() {
        try {
            postgres.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

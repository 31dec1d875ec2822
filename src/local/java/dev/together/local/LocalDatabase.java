package dev.together.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * A real PostgreSQL out of Maven. Its data are kept in {@code .together/postgres} below the folder that this is started in,
 * or where {@code TOGETHER_LOCAL_DATA} says; {@code TOGETHER_LOCAL_DATA=temporary} forgets them at the end.
 */
class LocalDatabase implements AutoCloseable {

    static final String USER = "postgres";

    private static final String TEMPORARY = "temporary";
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);

    private final EmbeddedPostgres postgres;

    private LocalDatabase(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    static LocalDatabase start() throws IOException {
        var folder = Optional.ofNullable(System.getenv("TOGETHER_LOCAL_DATA")).orElse(".together/postgres");
        var builder = EmbeddedPostgres.builder().setPGStartupWait(STARTS_WITHIN).setServerConfig("max_connections", "200")
                // Off by default here, for tests; but what is acknowledged is to be on the disk.
                .setServerConfig("fsync", "on").setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on");
        if (!folder.equals(TEMPORARY)) {
            var data = Path.of(folder).toAbsolutePath();
            endLeftOver(data);
            Files.createDirectories(data.getParent());
            builder.setDataDirectory(data).setCleanDataDirectory(false);
        }
        return new LocalDatabase(builder.start());
    }

    String url() {
        return "postgresql://127.0.0.1:" + postgres.getPort() + "/postgres";
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }

    /** A process that was killed leaves its PostgreSQL behind, which holds on to the data. */
    private static void endLeftOver(Path data) throws IOException {
        var file = data.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return;
        }
        List<String> lines = Files.readAllLines(file);
        var leftOver = ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
                .filter(process -> process.info().command().filter(command -> command.endsWith("postgres")).isPresent());
        if (leftOver.isPresent() && leftOver.get().destroy()) {
            await(leftOver.get());
        }
        Files.deleteIfExists(file);
    }

    private static void await(ProcessHandle process) throws IOException {
        try {
            process.onExit().get(STARTS_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("A PostgreSQL that was left behind does not end: process " + process.pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

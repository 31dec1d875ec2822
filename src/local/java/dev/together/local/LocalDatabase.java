package dev.together.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

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
    private final @Nullable DataFolder folder;

    private LocalDatabase(EmbeddedPostgres postgres, @Nullable DataFolder folder) {
        this.postgres = postgres;
        this.folder = folder;
    }

    /** Fails with {@link DataFolder.Held} where another process has the data. */
    static LocalDatabase start() throws IOException {
        var place = Optional.ofNullable(System.getenv("TOGETHER_LOCAL_DATA")).orElse(".together/postgres");
        if (place.equals(TEMPORARY)) {
            return new LocalDatabase(builder().start(), null);
        }
        var data = Path.of(place).toAbsolutePath();
        var folder = DataFolder.hold(data);
        return new LocalDatabase(builder().setDataDirectory(data).setCleanDataDirectory(false).start(), folder);
    }

    private static EmbeddedPostgres.Builder builder() {
        return EmbeddedPostgres.builder().setPGStartupWait(STARTS_WITHIN).setServerConfig("max_connections", "200")
                // Off by default here, for tests; but what is acknowledged is to be on the disk.
                .setServerConfig("fsync", "on").setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on");
    }

    String url() {
        return "postgresql://127.0.0.1:" + postgres.getPort() + "/postgres";
    }

    @Override
    public void close() throws IOException {
        postgres.close();
        if (folder != null) {
            folder.close();
        }
    }
}

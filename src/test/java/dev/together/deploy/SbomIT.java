package dev.together.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/** What the build says that it ships, against what it ships. */
class SbomIT {

    private static final Path SBOM = Path.of("target/together-sbom.json");
    private static final Path SHIPPED = Path.of("target/quarkus-app/lib");
    /** Quarkus adds the one where Flyway and PostgreSQL meet, and takes the other, annotations, in its own version. */
    private static final List<String> OF_QUARKUS = List.of("io.quarkus.quarkus-flyway-postgresql-",
            "com.google.errorprone.error_prone_annotations-");

    @Test
    void it_names_every_library_that_is_shipped_and_none_of_the_tests() throws IOException {
        boolean isWritten = Files.exists(SBOM);
        if (System.getenv("CI") == null) {
            assumeTrue(isWritten, "An offline build writes no SBOM: skipped");
        }
        assertThat(isWritten).as("There is " + SBOM).isTrue();
        var listed = files();

        assertThat(shipped()).isNotEmpty().allSatisfy(file -> assertThat(listed).anyMatch(file::startsWith));
        assertThat(listed).noneMatch(file -> file.contains("junit") || file.contains("assertj") || file.contains("archunit"));
    }

    /** The libraries, as files of theirs begin. */
    private static List<String> files() throws IOException {
        return new JsonObject(Buffer.buffer(Files.readAllBytes(SBOM))).getJsonArray("components").stream()
                .map(JsonObject.class::cast)
                .map(library -> library.getString("group") + "." + library.getString("name") + "-"
                        + library.getString("version"))
                .toList();
    }

    private static List<String> shipped() throws IOException {
        try (Stream<Path> files = Files.walk(SHIPPED)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(".jar") && OF_QUARKUS.stream().noneMatch(name::startsWith)).toList();
        }
    }
}

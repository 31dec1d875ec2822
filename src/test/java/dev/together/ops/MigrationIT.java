package dev.together.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;

import org.junit.jupiter.api.Test;

import dev.together.testing.Person;
import dev.together.testing.TestDatabase;
import dev.together.testing.TogetherProcess;

/** The packaged application as the Job {@code migration} runs it, and then as the pods that wait for it do. */
class MigrationIT {

    @Test
    void a_process_that_only_migrates_ends_and_leaves_a_schema_that_others_use() {
        var database = new TestDatabase();
        try {
            var environment = new HashMap<>(TogetherProcess.environment(database.start()));
            environment.put("QUARKUS_INIT_AND_EXIT", "true");
            try (var migration = TogetherProcess.startUnready(environment)) {
                assertThat(migration.waitForEnd()).isZero();
            }

            environment.remove("QUARKUS_INIT_AND_EXIT");
            environment.put("TOGETHER_DATABASE_MIGRATE", "false");
            try (var process = TogetherProcess.start(environment); var alice = new Person(process.url())) {
                assertThat(alice.opens()).isNotEmpty();
            }
        } finally {
            database.stop();
        }
    }
}

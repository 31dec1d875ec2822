package dev.together.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.together.testing.FragileDatabase;
import dev.together.testing.Person;
import dev.together.testing.Sql;
import dev.together.testing.TogetherProcess;
import io.vertx.core.json.JsonObject;

/** The packaged application with two logins: one that owns the schema and migrates it, one that serves and may not. */
class DatabaseLoginsIT {

    private static final List<String> LOGINS = List.of(
            "create role migrating login password 'm'",
            "create role serving login password 's'",
            "revoke create on schema public from public",
            "grant create on schema public to migrating");

    @Test
    void what_serves_needs_no_right_to_change_the_schema() throws SQLException {
        try (var database = FragileDatabase.start()) {
            for (var statement : LOGINS) {
                Sql.execute(database.source(), statement);
            }
            migrate(database);

            try (var process = TogetherProcess.start(environment(database));
                    var alice = new Person(process.url());
                    var bob = new Person(process.url())) {
                var chat = alice.opensWith(bob);
                var wire = bob.online();
                alice.says(chat, "Hello");
                wire.hears("message-insert");
                bob.calls("mark-read", new JsonObject().put("chat_id", chat).put("message_number", 1)).succeeds();
                bob.leaves(chat);
                alice.calls("chat-history", new JsonObject().put("chat_id", chat)).succeeds();
                alice.calls("list-conversations", new JsonObject()).succeeds();
                Sql.await("the outbox is empty", () -> Sql.number(database.source(), "select count(*) from outbox") == 0);
            }
            assertThatThrownBy(() -> executeAsServing(database, "create table mine (id int)"))
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> executeAsServing(database, "alter table messages add column mine int"))
                    .hasMessageContaining("must be owner");
            assertThat(Sql.number(database.source(), "select count(*) from pg_tables where tableowner = 'serving'")).isZero();
        }
    }

    /** Twice, as each release does it. */
    private static void migrate(FragileDatabase database) {
        var environment = environment(database);
        environment.putAll(Map.of("TOGETHER_DATABASE_MIGRATE", "true", "QUARKUS_INIT_AND_EXIT", "true",
                "TOGETHER_DATABASE_MIGRATION_USERNAME", "migrating", "TOGETHER_DATABASE_MIGRATION_PASSWORD", "m"));
        for (int time = 0; time < 2; time++) {
            try (var migration = TogetherProcess.startUnready(environment)) {
                assertThat(migration.waitForEnd()).isZero();
            }
        }
    }

    private static Map<String, String> environment(FragileDatabase database) {
        var environment = new HashMap<>(database.environment());
        environment.putAll(Map.of("TOGETHER_DATABASE_MIGRATE", "false",
                "TOGETHER_DATABASE_USERNAME", "serving", "TOGETHER_DATABASE_PASSWORD", "s"));
        return environment;
    }

    private static void executeAsServing(FragileDatabase database, String sql) throws SQLException {
        var url = "jdbc:postgresql://127.0.0.1:" + database.port() + "/postgres";
        try (var connection = DriverManager.getConnection(url, "serving", "s"); var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

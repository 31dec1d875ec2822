package dev.together.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Locale;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.together.testing.FragileDatabase;
import dev.together.testing.Sql;
import dev.together.testing.TogetherProcess;

/** The packaged application and databases in which not every character can be stored. */
@SuppressWarnings("NullAway.Init") // set before all
class DatabaseEncodingIT {

    private static FragileDatabase database;

    @BeforeAll
    static void start() {
        database = FragileDatabase.start();
    }

    @AfterAll
    static void end() {
        database.close();
    }

    @ParameterizedTest
    @CsvSource({ "LATIN1,true", "LATIN1,false", "SQL_ASCII,true", "SQL_ASCII,false" })
    void a_database_that_is_not_utf8_is_refused_in_a_sentence(String encoding, boolean migrates) throws SQLException {
        var name = (encoding + "_" + migrates).toLowerCase(Locale.ROOT);
        Sql.execute(database.source(), "create database " + name + " encoding '" + encoding
                + "' lc_collate 'C' lc_ctype 'C' template template0");
        var environment = new HashMap<>(database.environment());
        environment.put("TOGETHER_DATABASE_URL", "postgresql://127.0.0.1:" + database.port() + "/" + name);
        environment.put("TOGETHER_DATABASE_MIGRATE", String.valueOf(migrates));

        try (var process = TogetherProcess.startUnready(environment)) {
            assertThat(process.waitForEnd()).isEqualTo(1);
            assertThat(process.log()).anyMatch(line -> line.contains("The database of together.database.url must be encoded in"
                    + " UTF8 (create database … encoding 'UTF8' template template0), not in " + encoding));
        }
    }
}

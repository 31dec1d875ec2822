package dev.together.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import javax.sql.DataSource;

/** The database behind the application's back, and a look at it until something is so. */
public class Sql {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Sql() {
    }

    /** What makes the tables. */
    public static String schema() {
        return migrations(1, Integer.MAX_VALUE);
    }

    /** The migrations from this to that version, as one script: in a transaction no index is built concurrently. */
    public static String migrations(int from, int to) {
        try (var files = Files.list(Path.of("src/main/resources/db/migration"))) {
            return files
                    .filter(file -> file.getFileName().toString().matches("V\\d+__.*\\.sql") && version(file) >= from
                            && version(file) <= to)
                    .sorted(Comparator.comparing(Sql::version))
                    .map(Sql::read).collect(Collectors.joining("\n")).replace(" concurrently", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int version(Path migration) {
        return Integer.parseInt(migration.getFileName().toString().replaceAll("^V|__.*", ""));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Executes a statement of its own transaction; {@code ?} are the parameters. */
    public static void execute(DataSource database, String sql, Object... parameters) throws SQLException {
        try (var connection = database.getConnection(); var statement = connection.prepareStatement(sql)) {
            for (int index = 0; index < parameters.length; index++) {
                statement.setObject(index + 1, parameters[index]);
            }
            statement.executeUpdate();
        }
    }

    /** The single number that a query gives. */
    public static long number(DataSource database, String sql) {
        try (var connection = database.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns when it is so; fails when it does not become so. */
    public static void await(String what, BooleanSupplier isSo) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Not within " + PATIENCE + ": " + what);
            }
            Thread.onSpinWait();
        }
    }
}

package dev.together.log;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.vertx.sqlclient.DatabaseException;

/**
 * What kind of failure it was and where it happened, without what it says: a database quotes the rows that it refuses, and
 * a parser what it could not read.
 */
class SafeStackTrace {

    private static final int CAUSES = 8;
    private static final int FRAMES = 40;

    private SafeStackTrace() {
    }

    /** The class, and the SQL state where it has one. */
    static String kind(Throwable failure) {
        return (failure.getClass().getName() + " " + sqlState(failure)).strip();
    }

    /** The kind and the places of the failure and of its causes. */
    static String stack(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(CAUSES)
                .map(SafeStackTrace::places).collect(Collectors.joining("\nCaused by: "));
    }

    private static String places(Throwable failure) {
        return Stream.concat(Stream.of(kind(failure)), Arrays.stream(failure.getStackTrace()).limit(FRAMES)
                .map(frame -> "\tat " + frame)).collect(Collectors.joining("\n"));
    }

    private static String sqlState(Throwable failure) {
        if (failure instanceof DatabaseException database) {
            return String.valueOf(database.getSqlState());
        }
        return failure instanceof SQLException database ? String.valueOf(database.getSQLState()) : "";
    }
}

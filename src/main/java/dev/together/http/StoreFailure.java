package dev.together.http;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JacksonException;

import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;

/** What a failure of the database means, whoever has wrapped it: its client, Hibernate, or a rollback that failed too. */
public class StoreFailure {

    /** What Hibernate Reactive says of a connection that failed on another thread than the one that waits for it. */
    private static final String WRONG_THREAD = "HR000069";

    private static final String READ_ONLY = "25006";
    private static final String CHANGED_RESULT = "0A000";

    /**
     * Connection failures, a read-only or recovering server, a transaction that was idle for too long, transactions that
     * collided, resources, locks that are not to be had, operator intervention.
     */
    private static final List<String> PASSING = List.of("08", READ_ONLY, "25P03", "40", "53", "55P03", "57");

    private StoreFailure() {
    }

    /** Whether the same may succeed a moment later: the database is away, busy, or taking no writes now. */
    public static boolean isPassing(Throwable failure) {
        return isAny(failure, cause -> PASSING.stream().anyMatch(state(cause)::startsWith) || isConnectionLost(cause));
    }

    /** Whether the database takes no writes, as a replica, or a primary that is none any more. */
    public static boolean isReadOnly(Throwable failure) {
        return isAny(failure, cause -> state(cause).equals(READ_ONLY));
    }

    /** Whether a table has changed since a connection prepared the statement, which it has forgotten by now. */
    static boolean isStalePlan(Throwable failure) {
        return isAny(failure, cause -> state(cause).equals(CHANGED_RESULT));
    }

    private static boolean isAny(@Nullable Throwable failure, Predicate<Throwable> test) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (test.test(cause)) {
                return true;
            }
        }
        return false;
    }

    /** The client's exception has it; Hibernate makes one of JDBC's of that and keeps nothing else. */
    private static String state(Throwable cause) {
        if (cause instanceof PgException database) {
            return String.valueOf(database.getSqlState());
        }
        return cause instanceof SQLException database ? String.valueOf(database.getSQLState()) : "";
    }

    /** The driver says {@link NoStackTraceThrowable} of a connection that was lost and of a pool that has none to give. */
    private static boolean isConnectionLost(Throwable cause) {
        return (cause instanceof IOException && !(cause instanceof JacksonException))
                || cause instanceof ClosedChannelException
                || cause instanceof TimeoutException || cause instanceof NoStackTraceThrowable
                || String.valueOf(cause.getMessage()).startsWith(WRONG_THREAD)
                || (cause instanceof VertxException && !(cause instanceof PgException));
    }
}

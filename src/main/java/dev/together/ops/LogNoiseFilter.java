package dev.together.ops;

import java.util.Arrays;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

import org.jspecify.annotations.Nullable;

import io.quarkus.logging.LoggingFilter;

/**
 * Keeps out of the log what the database client says of each query that found PostgreSQL away: two seconds later its timer
 * fails the query once more, which nobody waits for any more (vertx-sql-client, issue 1706). The failure itself was answered
 * and logged. Everything else that Vert.x catches stays an error.
 */
@LoggingFilter(name = "needless-errors")
final class LogNoiseFilter implements Filter {

    private static final String POOL = "io.vertx.sqlclient.impl.pool.SqlConnectionPool";
    private static final int NEAR = 3;

    @Override
    public boolean isLoggable(LogRecord line) {
        return !isOfPoolTimer(line.getThrown());
    }

    private static boolean isOfPoolTimer(@Nullable Throwable failure) {
        return failure instanceof IllegalStateException && Arrays.stream(failure.getStackTrace()).limit(NEAR)
                .anyMatch(frame -> frame.getClassName().equals(POOL));
    }
}

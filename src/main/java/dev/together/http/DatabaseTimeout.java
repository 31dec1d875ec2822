package dev.together.http;

import static dev.together.http.Failure.Code.UNAVAILABLE;

import dev.together.Settings;
import io.smallrye.mutiny.Uni;

/**
 * How long a caller waits for the database. One that is away says so itself; one that hangs says nothing, and what was asked
 * of it may or may not have been done.
 */
public class DatabaseTimeout {

    /** Each connection has plans of its own, and forgets a stale one when it fails: at most so many fail one after another. */
    private static final int CONNECTIONS = 100;

    private DatabaseTimeout() {
    }

    /** The answer, or a failure with 503 when it does not come in time. */
    public static <T> Uni<T> with(Uni<T> answer) {
        return replanned(answer).ifNoItem().after(Settings.Database.ANSWER_WITHIN)
                .failWith(() -> new Failure(UNAVAILABLE, "The database does not answer; try again"));
    }

    /**
     * The answer, asked for again where a table has changed since a statement was prepared: that fails before it does
     * anything.
     */
    public static <T> Uni<T> replanned(Uni<T> answer) {
        return answer.onFailure(StoreFailure::isStalePlan).retry().atMost(CONNECTIONS);
    }
}

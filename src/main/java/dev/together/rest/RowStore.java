package dev.together.rest;

import java.util.List;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.together.http.DatabaseTimeout;
import dev.together.http.RestFailure;
import io.smallrye.mutiny.CompositeException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;

/** Reads rows as JSON, within a time that PostgreSQL keeps itself. */
@Singleton
class RowStore {

    private static final String BEGIN = "begin read only; set local statement_timeout = 2000; set local timezone = 'UTC'";

    private static final String TOO_LONG = "57014";
    private static final String BAD_VALUE = "22";

    private final Pool pool;

    RowStore(Pool pool) {
        this.pool = pool;
    }

    /**
     * @param body an array
     * @param shown how many rows it has: fewer than were found where all would have more than 1 MiB
     * @param total how many there are beyond the page; null where that was not asked
     */
    record Rows(String body, long shown, long found, @Nullable Long total) {
    }

    Uni<Rows> read(String sql, List<Object> parameters) {
        return DatabaseTimeout.with(pool.withConnection(connection -> read(connection, sql, parameters)));
    }

    /** All three are sent at once; the last ends the transaction whatever became of the second. */
    private static Uni<Rows> read(SqlConnection connection, String sql, List<Object> parameters) {
        var begun = connection.query(BEGIN).execute();
        var read = connection.preparedQuery(sql).execute(Tuple.wrap(parameters)).map(rows -> rows(rows.iterator().next()));
        var ended = connection.query("commit").execute();
        return Uni.combine().all().unis(begun, read, ended).collectFailures()
                .with((first, rows, last) -> rows)
                .onFailure(CompositeException.class).transform(several -> ((CompositeException) several).getCauses().get(0))
                .onFailure(PgException.class).transform(failure -> refused((PgException) failure));
    }

    /** What is wrong with a value PostgreSQL says itself; it knows nothing of others' rows to say. */
    private static Throwable refused(PgException failure) {
        var state = String.valueOf(failure.getSqlState());
        if (state.equals(TOO_LONG)) {
            return new RestFailure(500, state, "canceling statement due to statement timeout", null);
        }
        return state.startsWith(BAD_VALUE) ? new RestFailure(400, state, failure.getErrorMessage(), failure.getDetail())
                : failure;
    }

    private static Rows rows(Row row) {
        return new Rows(row.getString("body"), row.getLong("shown"), row.getLong("found"), row.getLong("total"));
    }
}

package dev.together.rest;

import jakarta.inject.Singleton;

import dev.together.Settings;
import dev.together.identity.Caller;
import dev.together.rest.RowStore.Rows;
import dev.together.trace.Traces;
import io.smallrye.mutiny.Uni;

/** Reads what a caller may see of a table. */
@Singleton
class TableReader {

    private final RowStore rows;
    private final Traces traces;
    private final boolean isPublicReadable;

    TableReader(RowStore rows, Traces traces, Settings settings) {
        this.rows = rows;
        this.traces = traces;
        this.isPublicReadable = settings.conversations().publicReadable();
    }

    /** @param isShown whether the rows are wanted, and not only how many they are */
    Uni<Rows> read(Query query, Caller caller, boolean isCounted, boolean isShown) {
        var statement = new RowStatement(caller.isService() ? null : caller.user(), isPublicReadable);
        var sql = statement.sql(query, isCounted, isShown);
        return traces.stored("rest.read", rows.read(sql, statement.parameters())).invoke(read -> {
            if (read.shown() == 0 && read.found() > 0) {
                throw RestRefusal.tooLarge();
            }
        });
    }
}

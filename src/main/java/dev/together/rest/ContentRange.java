package dev.together.rest;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Which of the rows an answer has.
 *
 * @param first the place of the first, from 0
 * @param total null where nobody counted
 */
record ContentRange(long first, long shown, @Nullable Long total) {

    private static final Pattern RANGE = Pattern.compile("(\\d{1,15})-(\\d{1,15})?");
    private static final int OK = 200;
    private static final int PARTIAL = 206;

    /** Lets the header {@code Range} of older clients mean what {@code offset} and {@code limit} do. */
    static void apply(@Nullable String header, Query query) {
        var range = RANGE.matcher(header == null ? "" : header.strip());
        if (!range.matches() || query.offset != 0 || query.limit != Query.MOST_ROWS) {
            return;
        }
        query.offset = Long.parseLong(range.group(1));
        if (range.group(2) != null) {
            long last = Long.parseLong(range.group(2));
            if (last < query.offset) {
                throw RestRefusal
                        .badRange("The lower boundary must be lower than or equal to the upper boundary in the Range header.");
            }
            query.limit = Math.min(Query.MOST_ROWS, last - query.offset + 1);
        }
    }

    /** The status that goes with it. */
    int status() {
        if (total == null) {
            return OK;
        }
        if (first > total) {
            throw RestRefusal.badRange("An offset of " + first + " was requested, but there are only " + total + " rows.");
        }
        return shown < total ? PARTIAL : OK;
    }

    @Override
    public String toString() {
        var rows = shown == 0 ? "*" : first + "-" + (first + shown - 1);
        return rows + "/" + (total == null ? "*" : total);
    }
}

package dev.together.rest;

import dev.together.http.RestFailure;

/** The refusals of a query, in the words and with the codes of PostgREST and of PostgreSQL. */
class RestRefusal {

    private static final int MOST_QUOTED = 200;

    private RestRefusal() {
    }

    static RestFailure unparsed(String what, String text, String why) {
        var quoted = text.length() > MOST_QUOTED ? text.substring(0, MOST_QUOTED) + "…" : text;
        return new RestFailure(400, "PGRST100", "\"failed to parse " + what + " (" + quoted + ")\" (line 1, column 1)", why);
    }

    static RestFailure unknownTable(String name) {
        return new RestFailure(404, "PGRST205", "Could not find the table 'public." + name + "' in the schema cache", null);
    }

    static RestFailure unknownColumn(Table table, String name) {
        return new RestFailure(400, "42703", "column " + table.sql() + "." + name + " does not exist", null);
    }

    static RestFailure unrelated(Table table, String name) {
        return new RestFailure(400, "PGRST200",
                "Could not find a relationship between '" + table.sql() + "' and '" + name + "' in the schema cache",
                "Searched for a foreign key relationship between '" + table.sql() + "' and '" + name
                        + "' in the schema 'public', but no matches were found.");
    }

    static RestFailure notEmbedded(String name) {
        return new RestFailure(400, "PGRST108", "'" + name + "' is not an embedded resource in this request", null,
                "Verify that '" + name + "' is included in the 'select' query parameter.");
    }

    static RestFailure badRange(String why) {
        return new RestFailure(416, "PGRST103", "Requested range not satisfiable", why);
    }

    static RestFailure notOne(long found) {
        return new RestFailure(406, "PGRST116", "Cannot coerce the result to a single JSON object",
                "The result contains " + found + " rows");
    }

    static RestFailure tooLarge() {
        return new RestFailure(413, "54000", "The first row alone would make the answer larger than 1 MiB", null,
                "Ask for fewer columns, or limit what is embedded.");
    }

    static RestFailure noOperator(Column column, String sign) {
        return new RestFailure(404, "42883", "operator does not exist: " + column.type().sql() + " " + sign + " unknown", null,
                "No operator matches the given name and argument types. You might need to add explicit type casts.");
    }

    static RestFailure notBoolean(Column column, String truth) {
        return new RestFailure(400, "42804",
                "argument of IS " + truth + " must be type boolean, not type " + column.type().sql(), null);
    }

    static RestFailure openEscape() {
        return new RestFailure(400, "22025", "LIKE pattern must not end with escape character", null);
    }

    static RestFailure aggregate() {
        return new RestFailure(400, "PGRST123", "Use of aggregate functions is not allowed", null);
    }
}

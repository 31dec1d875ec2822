package dev.together.rest;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/** What is asked of one table, or of the rows embedded in it. */
class Query {

    /** So many rows are given at most, of a table and of what is embedded in a row. */
    static final long MOST_ROWS = 1_000;

    final Table table;
    final List<Field> fields = new ArrayList<>();
    final List<Embed> embeds = new ArrayList<>();
    final List<Condition> where = new ArrayList<>();
    final List<Order> order = new ArrayList<>();
    long limit = MOST_ROWS;
    long offset;

    Query(Table table) {
        this.table = table;
    }

    /** @param name what it is called in the answer */
    record Field(Column column, String name) {
    }

    /**
     * Rows of a related table.
     *
     * @param name what they are called in the answer, and by filters
     * @param isInner whether only rows are wanted that have some
     */
    record Embed(String name, boolean isInner, Query query) {

        boolean isShown() {
            return !query.fields.isEmpty();
        }
    }

    /** @param isNullsFirst null where it is left to the direction */
    record Order(Column column, boolean isDescending, @Nullable Boolean isNullsFirst) {
    }

    /** What must be so of a row. */
    sealed interface Condition {
    }

    /** A comparison with a value. */
    record Compare(Column column, Operator operator, String value) implements Condition {
    }

    /** Whether a column has one of these values. */
    record In(Column column, List<String> values) implements Condition {
    }

    /** Whether a column is null, or true, false or unknown. */
    record Is(Column column, Truth truth) implements Condition {
    }

    record Not(Condition condition) implements Condition {
    }

    /** All of them, or any. */
    record Several(boolean isAny, List<Condition> conditions) implements Condition {
    }

    enum Truth {
        NULL,
        NOT_NULL,
        TRUE,
        FALSE,
        UNKNOWN
    }

    /** How a column is compared, with PostgreSQL's sign for it. */
    enum Operator {

        EQ("="),
        NEQ("<>"),
        GT(">"),
        GTE(">="),
        LT("<"),
        LTE("<="),
        LIKE("like"),
        ILIKE("ilike");

        final String sign;

        Operator(String sign) {
            this.sign = sign;
        }

        boolean isPattern() {
            return this == LIKE || this == ILIKE;
        }
    }
}

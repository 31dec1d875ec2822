package dev.together.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import dev.together.rest.Query.Compare;
import dev.together.rest.Query.Condition;
import dev.together.rest.Query.In;
import dev.together.rest.Query.Is;
import dev.together.rest.Query.Not;
import dev.together.rest.Query.Operator;
import dev.together.rest.Query.Several;
import dev.together.rest.Query.Truth;

/** Reads filters: {@code not.eq.5}, and trees of them: {@code (a.eq.1,not.and(b.is.null,c.in.(1,2)))}. */
class FilterParser {

    private static final int MOST_DEPTH = 30;
    private static final int MOST_CONDITIONS = 500;
    private static final String OPERATORS = "expecting \"not\" or operator (eq, neq, gt, gte, lt, lte, like, ilike, in, is)";
    /** An escape at the end of a pattern escapes nothing. */
    private static final Pattern OPEN_ESCAPE = Pattern.compile("(?s).*(?<!\\\\)(?:\\\\\\\\)*\\\\");

    private final Table table;
    private int count;

    FilterParser(Table table) {
        this.table = table;
    }

    /** The filter of a column, to the end. */
    Condition ofColumn(String name, String filter) {
        var text = new QueryText("filter", filter);
        return negated(text.takes("not."), ofColumn(table.column(name), text, false));
    }

    /** The tree behind {@code or=}, {@code and=}, {@code not.or=} or {@code not.and=}. */
    Condition tree(String key, String tree) {
        var text = new QueryText("logic tree", tree);
        var condition = several(text, key.endsWith("or"), 0);
        text.requireEnd();
        return negated(key.startsWith("not."), condition);
    }

    static boolean isTree(String key) {
        return key.equals("or") || key.equals("and") || key.equals("not.or") || key.equals("not.and");
    }

    private Condition several(QueryText text, boolean isAny, int depth) {
        text.require("(");
        return opened(text, isAny, depth);
    }

    private Condition inTree(QueryText text, int depth) {
        for (var word : List.of("or", "and", "not.or", "not.and")) {
            if (text.takes(word + "(")) {
                return negated(word.startsWith("not."), opened(text, word.endsWith("or"), depth + 1));
            }
        }
        var column = table.column(text.name(".,()"));
        text.require(".");
        return negated(text.takes("not."), ofColumn(column, text, true));
    }

    private Condition opened(QueryText text, boolean isAny, int depth) {
        if (depth == MOST_DEPTH) {
            throw text.refused("a logic tree is at most " + MOST_DEPTH + " deep here");
        }
        var conditions = new ArrayList<Condition>();
        do {
            conditions.add(inTree(text, depth));
        } while (text.takes(","));
        text.require(")");
        return new Several(isAny, conditions);
    }

    private Condition ofColumn(Column column, QueryText text, boolean isInTree) {
        if (++count > MOST_CONDITIONS) {
            throw text.refused("there are more than " + MOST_CONDITIONS + " conditions");
        }
        var word = text.upTo(".,)(");
        if (!text.takes(".")) {
            throw text.refused(OPERATORS);
        }
        return switch (word) {
            case "in" -> new In(column, list(text, isInTree));
            case "is" -> is(column, text, value(text, isInTree));
            default -> compare(column, word, text, value(text, isInTree));
        };
    }

    private static String value(QueryText text, boolean isInTree) {
        return isInTree ? text.element() : text.rest();
    }

    private static Condition compare(Column column, String word, QueryText text, String value) {
        Operator operator;
        try {
            operator = Operator.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw text.refused(OPERATORS + ", unexpected \"" + word + "\"");
        }
        if (!operator.name().toLowerCase(Locale.ROOT).equals(word)) {
            throw text.refused(OPERATORS + ", unexpected \"" + word + "\"");
        }
        if (!operator.isPattern()) {
            requireOrder(column, operator);
            return new Compare(column, operator, value);
        }
        return pattern(column, operator, value.replace('*', '%'));
    }

    private static Condition pattern(Column column, Operator operator, String value) {
        if (column.type() != Column.Type.TEXT) {
            throw RestRefusal.noOperator(column, operator == Operator.LIKE ? "~~" : "~~*");
        }
        if (OPEN_ESCAPE.matcher(value).matches()) {
            throw RestRefusal.openEscape();
        }
        return new Compare(column, operator, value);
    }

    /** JSON has an order in PostgreSQL that nobody means. */
    private static void requireOrder(Column column, Operator operator) {
        boolean isOrder = operator != Operator.EQ && operator != Operator.NEQ;
        if (isOrder && column.type() == Column.Type.JSONB) {
            throw RestRefusal.noOperator(column, operator.sign);
        }
    }

    private static Condition is(Column column, QueryText text, String value) {
        var truth = switch (value.toLowerCase(Locale.ROOT)) {
            case "null" -> Truth.NULL;
            case "not_null" -> Truth.NOT_NULL;
            case "true" -> Truth.TRUE;
            case "false" -> Truth.FALSE;
            case "unknown" -> Truth.UNKNOWN;
            default -> throw text.refused("expecting null, not_null, true, false or unknown");
        };
        boolean isOfBoolean = truth != Truth.NULL && truth != Truth.NOT_NULL;
        if (isOfBoolean && column.type() != Column.Type.BOOLEAN) {
            throw RestRefusal.notBoolean(column, truth.name());
        }
        return new Is(column, truth);
    }

    private static List<String> list(QueryText text, boolean isInTree) {
        var values = new ArrayList<String>();
        text.require("(");
        if (!text.takes(")")) {
            do {
                values.add(text.element());
            } while (text.takes(","));
            text.require(")");
        }
        if (!isInTree) {
            text.requireEnd();
        }
        return values;
    }

    private static Condition negated(boolean isNegated, Condition condition) {
        return isNegated ? new Not(condition) : condition;
    }
}

package dev.together.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.together.rest.Query.Compare;
import dev.together.rest.Query.Condition;
import dev.together.rest.Query.Embed;
import dev.together.rest.Query.In;
import dev.together.rest.Query.Is;
import dev.together.rest.Query.Not;
import dev.together.rest.Query.Operator;
import dev.together.rest.Query.Order;
import dev.together.rest.Query.Several;

/**
 * One statement for one {@link Query}: it finds nothing but rows of conversations that the reader takes part in, and writes
 * them as JSON.
 *
 * <p>
 * Its text is made of our own words; whatever the reader wrote is a parameter of it.
 */
class RowStatement {

    private static final int MOST_BYTES = 1 << 20;

    /** The outer rows are counted by what they and those before them have in bytes. */
    private static final String ROWS = """
            select '[' || coalesce(string_agg(r.row, ',' order by r.number), '') || ']' as body,
                count(r.row) as shown, (select count(*) from page) as found, %s as total
            from (
                select t.row, t.number, sum(octet_length(t.row) + 1) over (order by t.number) as bytes from (
                    select %s as row, row_number() over () as number from page t
                ) t
            ) r where r.bytes <= %d""";

    private final List<Object> parameters = new ArrayList<>();
    private final @Nullable UUID reader;
    private final boolean isPublicReadable;

    /** @param reader null for who may read everything */
    RowStatement(@Nullable UUID reader, boolean isPublicReadable) {
        this.reader = reader;
        this.isPublicReadable = isPublicReadable;
    }

    /** The values of the statement, {@code $1} first. */
    List<Object> parameters() {
        return parameters;
    }

    /** @param isShown whether the rows are wanted, and not only how many they are */
    String sql(Query query, boolean isCounted, boolean isShown) {
        var found = "from " + query.table.sql() + " t where " + visible(query) + conditions(query);
        var columns = query.table.columns().stream().map(column -> "t." + column.name()).collect(Collectors.joining(", "));
        var page = "with page as (select " + columns + " " + found + order(query) + " limit " + query.limit + " offset "
                + query.offset + ") ";
        var total = isCounted ? "(select count(*) " + found + ")" : "null::bigint";
        return page + ROWS.formatted(total, isShown ? object(query) : "''", MOST_BYTES);
    }

    /**
     * The conversations are looked up once, before any row is read; where the reader names one, that one alone. A public one
     * must be named.
     */
    private String visible(Query query) {
        if (reader == null) {
            return "true";
        }
        var user = parameter(reader);
        var named = named(query);
        var public_ = isPublicReadable && !named.isEmpty()
                ? " union all select c.id from conversations c where c.is_public and c.id" + named
                : "";
        return "t." + query.table.key() + " = any(array(select p.conversation_id from conversations_participants p"
                + " where p.user_id = " + user + and("p.conversation_id", named)
                + " union all select c.id from conversations c where c.user_id = " + user + and("c.id", named) + public_ + "))";
    }

    private static String and(String column, String named) {
        return named.isEmpty() ? "" : " and " + column + named;
    }

    /** What makes an id that of the conversation which the reader names; empty where they name none. */
    private String named(Query query) {
        return query.where.stream().filter(Compare.class::isInstance).map(Compare.class::cast)
                .filter(compare -> compare.operator() == Operator.EQ && compare.column().name().equals(query.table.key()))
                .findFirst().map(compare -> " = " + value(compare.column(), compare.value())).orElse("");
    }

    private String conditions(Query query) {
        var sql = new StringBuilder();
        query.where.forEach(condition -> sql.append(" and ").append(sql(condition)));
        query.embeds.stream().filter(Embed::isInner).forEach(embed -> sql.append(" and exists (select 1 ")
                .append(related(query, embed)).append(')'));
        return sql.toString();
    }

    private String sql(Condition condition) {
        if (condition instanceof Compare compare) {
            return compared(compare);
        } else if (condition instanceof In in) {
            return "t." + in.column().name() + " = any((" + parameter(in.values().toArray(String[]::new)) + "::text[])::"
                    + in.column().type().sql() + "[])";
        } else if (condition instanceof Is is) {
            return "t." + is.column().name() + " is " + is.truth().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        } else if (condition instanceof Not not) {
            return "not (" + sql(not.condition()) + ")";
        }
        var several = (Several) condition;
        return several.conditions().stream().map(this::sql)
                .collect(Collectors.joining(several.isAny() ? " or " : " and ", "(", ")"));
    }

    private String compared(Compare compare) {
        return "t." + compare.column().name() + " " + compare.operator().sign + " " + value(compare.column(), compare.value());
    }

    private String value(Column column, String value) {
        return "(" + parameter(value) + "::text)::" + column.type().sql();
    }

    private String parameter(Object value) {
        parameters.add(value);
        return "$" + parameters.size();
    }

    private static String order(Query query) {
        return query.order.isEmpty() ? ""
                : query.order.stream().map(RowStatement::order).collect(Collectors.joining(", ", " order by ", ""));
    }

    private static String order(Order order) {
        var direction = order.isDescending() ? " desc" : " asc";
        if (order.isNullsFirst() == null) {
            return "t." + order.column().name() + direction;
        }
        return "t." + order.column().name() + direction + (order.isNullsFirst() ? " nulls first" : " nulls last");
    }

    /** A row as text. */
    private String object(Query query) {
        var pairs = new ArrayList<String>();
        query.fields.forEach(field -> pairs.add(name(field.name()) + ", t." + field.column().name()));
        query.embeds.stream().filter(Embed::isShown)
                .forEach(embed -> pairs.add(name(embed.name()) + ", " + embedded(query, embed)));
        return "json_build_object(" + String.join(", ", pairs) + ")::text";
    }

    private String name(String name) {
        return parameter(name) + "::text";
    }

    /** They belong to a row that the reader may see, and so may they be seen. */
    private String embedded(Query query, Embed embed) {
        var inner = embed.query();
        var rows = "select " + object(inner).replaceAll("::text$", "") + " as row from (select t.* " + related(query, embed)
                + order(inner) + " limit " + inner.limit + " offset " + inner.offset + ") t";
        return inner.table == Table.CONVERSATIONS ? "(" + rows + ")"
                : "(select coalesce(json_agg(e.row), '[]') from (" + rows + ") e)";
    }

    /** The inner table is called {@code t} as well, and hides the outer one, which is therefore named by its key before. */
    private String related(Query query, Embed embed) {
        var inner = embed.query();
        return "from (select o.* from " + inner.table.sql() + " o where o."
                + inner.table.key() + " = t." + query.table.key() + ") t where true" + conditions(inner);
    }
}

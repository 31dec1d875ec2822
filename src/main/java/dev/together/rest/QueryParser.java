package dev.together.rest;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.together.rest.Query.Embed;
import dev.together.rest.Query.Order;

/** Reads a query string as PostgREST does; what it does not know, it refuses. */
class QueryParser {

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}");
    /** Read elsewhere, or without a meaning where rows are read. */
    private static final Set<String> OTHERS = Set.of("columns", "on_conflict");
    private static final int MOST_PARAMETERS = 200;

    private final Query query;

    private QueryParser(Table table) {
        this.query = new Query(table);
    }

    /** One parameter, decoded. */
    record Parameter(String name, String value) {
    }

    /** What the query string asks of the table; everything where there is none. */
    static Query parse(Table table, List<Parameter> parameters) {
        var parser = new QueryParser(table);
        var select = parameters.stream().filter(parameter -> parameter.name.equals("select")).findFirst();
        SelectParser.parse(select.map(Parameter::value).orElse(""), parser.query);
        parameters.stream().filter(parameter -> !parameter.name.equals("select") && !OTHERS.contains(parameter.name))
                .forEach(parser::add);
        return parser.query;
    }

    static List<Parameter> parameters(@Nullable String queryString) {
        var parameters = new ArrayList<Parameter>();
        if (queryString == null || queryString.isEmpty()) {
            return parameters;
        }
        for (var part : queryString.split("&", -1)) {
            int sign = part.indexOf('=');
            if (!part.isEmpty()) {
                parameters.add(new Parameter(decoded(sign < 0 ? part : part.substring(0, sign)),
                        sign < 0 ? "" : decoded(part.substring(sign + 1))));
            }
        }
        if (parameters.size() > MOST_PARAMETERS) {
            throw RestRefusal.unparsed("query", "…", "there are more than " + MOST_PARAMETERS + " parameters");
        }
        return parameters;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw RestRefusal.unparsed("query", text, "a % is followed by two hexadecimal digits");
        }
    }

    private void add(Parameter parameter) {
        if (FilterParser.isTree(parameter.name)) {
            add(query, parameter.name, parameter.value);
            return;
        }
        int dot = parameter.name.lastIndexOf('.');
        if (dot < 0) {
            add(query, parameter.name, parameter.value);
            return;
        }
        if (parameter.name.endsWith(".not.or") || parameter.name.endsWith(".not.and")) {
            dot = parameter.name.lastIndexOf(".not.");
        }
        add(embedded(parameter.name.substring(0, dot)), parameter.name.substring(dot + 1), parameter.value);
    }

    private Query embedded(String name) {
        return query.embeds.stream().filter(embed -> embed.name().equals(name)).findFirst().map(Embed::query)
                .or(() -> query.embeds.stream().filter(embed -> embed.query().table.sql().equals(name)).findFirst()
                        .map(Embed::query))
                .orElseThrow(() -> RestRefusal.notEmbedded(name));
    }

    private static void add(Query query, String name, String value) {
        switch (name) {
            case "order" -> order(query, value);
            case "limit" -> query.limit = Math.min(Query.MOST_ROWS, number(name, value));
            case "offset" -> query.offset = number(name, value);
            case "and", "or", "not.and", "not.or" -> query.where.add(new FilterParser(query.table).tree(name, value));
            default -> query.where.add(new FilterParser(query.table).ofColumn(name, value));
        }
    }

    private static long number(String name, String value) {
        if (!NUMBER.matcher(value).matches()) {
            throw RestRefusal.unparsed(name + " parameter", value, "expecting an integer");
        }
        long number = Long.parseLong(value);
        if (number < 0) {
            throw RestRefusal
                    .badRange((name.equals("limit") ? "Limit" : "Offset") + " should be greater than or equal to zero.");
        }
        return number;
    }

    private static void order(Query query, String value) {
        var text = new QueryText("order", value);
        do {
            var column = query.table.column(text.name(".,()"));
            boolean isDescending = text.takes(".desc");
            if (!isDescending) {
                var unused = text.takes(".asc");
            }
            Boolean isNullsFirst = text.takes(".nullsfirst") ? Boolean.TRUE : null;
            if (text.takes(".nullslast")) {
                isNullsFirst = false;
            }
            query.order.add(new Order(column, isDescending, isNullsFirst));
        } while (text.takes(","));
        text.requireEnd();
    }
}

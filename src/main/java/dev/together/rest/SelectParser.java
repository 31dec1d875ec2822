package dev.together.rest;

import java.util.ArrayList;
import java.util.List;

import dev.together.rest.Query.Embed;
import dev.together.rest.Query.Field;

/** Reads {@code select}: {@code id,name:title,messages!inner(text)}. */
class SelectParser {

    /** What PostgreSQL takes for one object. */
    private static final int MOST_FIELDS = 45;
    private static final String ENDS = ",()!:.";

    private final QueryText text;

    private SelectParser(String select) {
        this.text = new QueryText("select parameter", select);
    }

    /** Adds to the query what is selected of its table and of those related to it. */
    static void parse(String select, Query query) {
        var parser = new SelectParser(select);
        if (select.isEmpty()) {
            addAll(query);
            return;
        }
        parser.items(query, false);
        parser.text.requireEnd();
    }

    static void addAll(Query query) {
        query.table.columns().forEach(column -> query.fields.add(new Field(column, column.name())));
    }

    private void items(Query query, boolean isEmbedded) {
        do {
            item(query, isEmbedded);
            if (query.fields.size() + query.embeds.size() > MOST_FIELDS) {
                throw text.refused("at most " + MOST_FIELDS + " columns are selected here");
            }
        } while (text.takes(","));
    }

    private void item(Query query, boolean isEmbedded) {
        if (text.takes("*")) {
            addAll(query);
            return;
        }
        if (text.takes("...")) {
            throw text.refused("rows are not spread here");
        }
        var name = text.name(ENDS);
        requireNoCast();
        var alias = name;
        if (text.takes(":")) {
            name = text.name(ENDS);
        }
        requireNoCast();
        var hints = hints();
        if (text.takes("(")) {
            if (isEmbedded) {
                throw text.refused("rows are embedded one level deep here");
            }
            embed(query, alias, name, hints);
        } else if (!hints.isEmpty()) {
            throw text.refused("expecting \"(\"");
        } else {
            field(query, alias, name);
        }
    }

    private void requireNoCast() {
        if (text.takes("::")) {
            throw text.refused("columns are not cast here");
        }
    }

    private List<String> hints() {
        var hints = new ArrayList<String>();
        while (text.takes("!")) {
            hints.add(text.name(ENDS));
        }
        return hints;
    }

    private void field(Query query, String alias, String name) {
        if (text.takes(".")) {
            throw RestRefusal.aggregate();
        }
        if (name.contains("->")) {
            throw text.refused("columns are given whole here");
        }
        if (query.table.find(name).isEmpty() && Table.named(name).isPresent()) {
            throw text.refused("expecting \"(\" after the name of a table");
        }
        query.fields.add(new Field(query.table.column(name), alias));
    }

    private void embed(Query query, String alias, String name, List<String> hints) {
        if (name.equals("count") && text.takes(")")) {
            throw RestRefusal.aggregate();
        }
        var related = Table.named(name).filter(query.table::isRelatedTo)
                .orElseThrow(() -> RestRefusal.unrelated(query.table, name));
        var inner = new Query(related);
        if (!text.takes(")")) {
            items(inner, true);
            text.require(")");
        }
        requireKnown(query, related, name, hints);
        query.embeds.add(new Embed(alias, hints.contains("inner"), inner));
    }

    /** There is one way from a table to another; it may be named. */
    private static void requireKnown(Query query, Table related, String name, List<String> hints) {
        var many = related == Table.CONVERSATIONS ? query.table : related;
        var known = List.of("inner", "left", many.key(), many.sql() + "_" + many.key() + "_fkey");
        if (!known.containsAll(hints)) {
            throw RestRefusal.unrelated(query.table, name);
        }
    }
}

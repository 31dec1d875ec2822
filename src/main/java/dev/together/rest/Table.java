package dev.together.rest;

import static dev.together.rest.Column.Type.BIGINT;
import static dev.together.rest.Column.Type.BOOLEAN;
import static dev.together.rest.Column.Type.JSONB;
import static dev.together.rest.Column.Type.TEXT;
import static dev.together.rest.Column.Type.TIMESTAMPTZ;
import static dev.together.rest.Column.Type.UUID;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A table that clients may name, and the columns of it that are theirs to see. */
enum Table {

    CONVERSATIONS("id", new Column("id", UUID), new Column("user_id", UUID), new Column("owner_user_id", UUID),
            new Column("title", TEXT), new Column("mode", TEXT), new Column("is_public", BOOLEAN), new Column("meta", JSONB),
            new Column("created_at", TIMESTAMPTZ), new Column("updated_at", TIMESTAMPTZ)),

    CONVERSATIONS_PARTICIPANTS("conversation_id", new Column("conversation_id", UUID), new Column("user_id", UUID),
            new Column("role", TEXT), new Column("joined_at", TIMESTAMPTZ)),

    MESSAGES("chat_id", new Column("id", UUID), new Column("chat_id", UUID), new Column("message_number", BIGINT),
            new Column("role", TEXT), new Column("text", TEXT), new Column("user_id", UUID), new Column("user_name", TEXT),
            new Column("client_msg_id", TEXT), new Column("status", TEXT), new Column("mode", TEXT), new Column("meta", JSONB),
            new Column("context_injected", BOOLEAN), new Column("created_at", TIMESTAMPTZ));

    private final String key;
    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<Column> columns;

    Table(String key, Column... columns) {
        this.key = key;
        this.columns = List.of(columns);
    }

    static Optional<Table> named(String name) {
        return Arrays.stream(values()).filter(table -> table.sql().equals(name)).findFirst();
    }

    String sql() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The column that holds the id of the conversation that a row belongs to. */
    String key() {
        return key;
    }

    List<Column> columns() {
        return columns;
    }

    Optional<Column> find(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    Column column(String name) {
        return find(name).orElseThrow(() -> RestRefusal.unknownColumn(this, name));
    }

    /** Whether a row of this table belongs to rows of the other: each conversation has many of the rest. */
    boolean isRelatedTo(Table other) {
        return (this == CONVERSATIONS) != (other == CONVERSATIONS);
    }
}

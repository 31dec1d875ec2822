package dev.together.rest;

/** A column that clients may name. */
record Column(String name, Type type) {

    /** What PostgreSQL calls the type of a column. */
    enum Type {

        UUID,
        TEXT,
        BOOLEAN,
        BIGINT,
        TIMESTAMPTZ,
        JSONB;

        String sql() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}

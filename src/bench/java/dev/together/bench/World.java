package dev.together.bench;

import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Conversations with people in them. Ids are counted, so that pgbench can name them as well.
 *
 * @param number tells the worlds of one database apart
 */
record World(int number, int participants, List<Talk> talks) {

    private static final String CONVERSATION = "c0000000-0000-4000-8000-";
    private static final String PERSON = "a0000000-0000-4000-8000-";
    private static final AtomicInteger WORLDS = new AtomicInteger();
    private static final int ROOM = 1_000_000;

    /** The SQL of a counted id; the argument is an expression of SQL. */
    static String conversationSql(String number) {
        return "('" + CONVERSATION + "' || lpad((" + number + ")::text, 12, '0'))::uuid";
    }

    /** As {@link #conversationSql}, of a person. */
    static String personSql(String number) {
        return "('" + PERSON + "' || lpad((" + number + ")::text, 12, '0'))::uuid";
    }

    /** Fills a database. */
    static World in(Postgres postgres, String database, int conversations, int participants) throws SQLException {
        var world = new World(WORLDS.incrementAndGet(), participants, IntStream.range(0, conversations)
                .mapToObj(talk -> talk(WORLDS.get() * ROOM, talk, participants)).toList());
        var first = world.first();
        var owner = personSql(first + " + n * " + participants);
        postgres.execute(database, """
                insert into conversations (id, user_id, owner_user_id, mode, is_public, created_at, updated_at, revised_at)
                select %s, %s, %s, 'together', true, now(), now(), now() from generate_series(0, %d) n
                """.formatted(conversationSql(first + " + n"), owner, owner, conversations - 1), """
                insert into conversations_participants (conversation_id, user_id, role, joined_at)
                select %s, %s, case p when 0 then 'owner' else 'member' end, now()
                from generate_series(0, %d) n, generate_series(0, %d) p
                """.formatted(conversationSql(first + " + n"), personSql(first + " + n * " + participants + " + p"),
                conversations - 1, participants - 1),
                "vacuum analyze conversations", "vacuum analyze conversations_participants");
        return world;
    }

    /** The number in the ids of the first conversation and the first person. */
    int first() {
        return number * ROOM;
    }

    private static Talk talk(int first, int talk, int participants) {
        return new Talk(id(CONVERSATION, first + talk), IntStream.range(0, participants)
                .mapToObj(person -> id(PERSON, first + talk * participants + person))
                .map(id -> new Person(id, Tokens.of(id))).toList());
    }

    private static UUID id(String start, int number) {
        return UUID.fromString(start + "%012d".formatted(number));
    }
}

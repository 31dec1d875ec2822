package dev.together.message;

import java.util.List;
import java.util.UUID;

import jakarta.inject.Singleton;

import dev.together.event.Event;
import dev.together.event.Gap;
import dev.together.event.OutboxEntry;
import dev.together.event.StoredEvents;
import dev.together.event.StreamId.Kind;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;

/** The events of messages: each message is one, and stays. */
@Singleton
class MessageEvents extends StoredEvents {

    /** Walks back from each conversation's newest message by its number, so that what it costs is what it finds. */
    private static final String SINCE = """
            with recursive mine as (
                select a.conversation_id as id, a.since as begins, c.last_message_number, c.last_message_at
                from conversation_audience a join conversations c on c.id = a.conversation_id
                where a.user_id = $1
            ), back as (
                select m.chat_id, m.message_number, greatest(mine.begins, $2) as begins, 1 as depth
                from mine join messages m on m.chat_id = mine.id and m.message_number = mine.last_message_number
                where mine.last_message_at >= $2 and m.created_at >= mine.begins
                union all
                select m.chat_id, m.message_number, back.begins, back.depth + 1
                from back join messages m on m.chat_id = back.chat_id and m.message_number = back.message_number - 1
                where m.created_at >= back.begins and back.depth < $3
            )
            select m.chat_id, m.message_number as first, m.message_number as number, m.id, m.created_at,
                octet_length(m.text) + octet_length(m.meta::text) as bytes
            from back join messages m using (chat_id, message_number)
            order by m.created_at desc, m.message_number desc limit $3
            """;

    private static final String AT = """
            select %s
            from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::bigint[]) as wanted (chat_id, message_number, id, first)
            join messages m on m.chat_id = wanted.chat_id and m.message_number = wanted.message_number
            """.formatted(Message.COLUMNS);

    private static final String MISSING = """
            select %s from conversation_audience a join messages m on m.chat_id = a.conversation_id
            where a.user_id = $1 and a.conversation_id = $2 and m.message_number > $3 and m.message_number < $4
                and m.created_at >= a.since and ($3 > 0 or m.created_at >= $5)
            order by m.message_number
            """.formatted(Message.COLUMNS);

    private static final String SIZES = sizesBy("""
            select octet_length(m.text) + octet_length(m.meta::text) from messages m
            where m.chat_id = due.chat_id and m.message_number = due.number
            """);

    private static final String DUE = """
            select %s, array(
                select a.user_id from conversation_audience a
                where a.conversation_id = m.chat_id and a.since <= m.created_at) as users
            from unnest($1::uuid[], $2::bigint[]) as due (chat_id, number)
            join messages m on m.chat_id = due.chat_id and m.message_number = due.number
            order by m.chat_id, m.message_number
            """.formatted(Message.COLUMNS);

    MessageEvents(Pool pool) {
        super(pool, Kind.MESSAGE, new Statements(SINCE, SINCE, AT, DUE));
    }

    @Override
    protected Event event(Row row) {
        return Message.event(row);
    }

    @Override
    public Uni<List<Event>> missing(UUID userId, Gap gap) {
        return missing(MISSING, userId, gap);
    }

    @Override
    public Uni<List<Long>> sizes(SqlConnection connection, List<OutboxEntry> due) {
        return sizes(SIZES, connection, due);
    }
}

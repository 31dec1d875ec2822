package dev.together.message;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import jakarta.inject.Singleton;

import dev.together.event.Event;
import dev.together.event.EventRef;
import dev.together.event.EventSource;
import dev.together.event.Gap;
import dev.together.event.OutboxEntry;
import dev.together.event.StreamId.Kind;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;

/** The events of messages: each message is one, and stays. */
@Singleton
class MessageEvents implements EventSource {

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

    /** The length of a text is known without reading it; those it concerns take memory, too. */
    private static final String SIZES = """
            select greatest(audience.count, 1) * 200 + coalesce((
                select octet_length(m.text) + octet_length(m.meta::text) from messages m
                where m.chat_id = due.chat_id and m.message_number = due.number), 0) as bytes
            from unnest($1::uuid[], $2::bigint[]) with ordinality as due (chat_id, number, position)
            left join (
                select conversation_id, count(*) from conversation_audience
                where conversation_id = any($1::uuid[]) group by conversation_id
            ) audience on audience.conversation_id = due.chat_id
            order by due.position
            """;

    private static final String DUE = """
            select %s, array(
                select a.user_id from conversation_audience a
                where a.conversation_id = m.chat_id and a.since <= m.created_at) as users
            from unnest($1::uuid[], $2::bigint[]) as due (chat_id, number)
            join messages m on m.chat_id = due.chat_id and m.message_number = due.number
            order by m.chat_id, m.message_number
            """.formatted(Message.COLUMNS);

    private final Pool pool;

    MessageEvents(Pool pool) {
        this.pool = pool;
    }

    @Override
    public Kind kind() {
        return Kind.MESSAGE;
    }

    @Override
    public Uni<List<EventRef>> since(UUID userId, Instant since, int limit) {
        return pool.preparedQuery(SINCE).execute(Tuple.of(userId, since.atOffset(ZoneOffset.UTC), limit))
                .map(rows -> rows.stream().map(row -> EventRef.of(row, Kind.MESSAGE)).toList());
    }

    @Override
    public Uni<List<Event>> read(List<EventRef> refs) {
        return pool.preparedQuery(AT).execute(EventRef.keys(refs)).map(MessageEvents::events);
    }

    @Override
    public Uni<List<Event>> missing(UUID userId, Gap gap) {
        return pool.preparedQuery(MISSING)
                .execute(Tuple.of(userId, gap.chatId(), gap.after(), gap.before(),
                        Instant.ofEpochMilli(gap.since()).atOffset(ZoneOffset.UTC)))
                .map(MessageEvents::events);
    }

    @Override
    public Uni<List<Long>> sizes(SqlConnection connection, List<OutboxEntry> due) {
        return connection.preparedQuery(SIZES).execute(OutboxEntry.keys(due))
                .map(rows -> rows.stream().map(row -> row.getLong("bytes")).toList());
    }

    @Override
    public Uni<List<AddressedEvent>> due(SqlConnection connection, List<OutboxEntry> due) {
        return connection.preparedQuery(DUE).execute(OutboxEntry.keys(due))
                .map(rows -> rows.stream().map(MessageEvents::addressed).toList());
    }

    private static List<Event> events(RowSet<Row> rows) {
        return rows.stream().<Event> map(Message::event).toList();
    }

    private static AddressedEvent addressed(Row row) {
        return new AddressedEvent(Message.event(row), Arrays.asList(row.getArrayOfUUIDs("users")));
    }
}

package dev.together.message;

import java.util.List;
import java.util.UUID;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.together.event.Event;
import dev.together.event.Gap;
import dev.together.event.OutboxEntry;
import dev.together.event.RetentionStore;
import dev.together.event.StoredEvents;
import dev.together.event.StreamId.Kind;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;

/**
 * The events of edited and deleted messages, kept for as long as anything is replayed; each brings the message as it is now.
 */
@Singleton
class MessageChangeEvents extends StoredEvents {

    /** Walks back from each conversation's newest change by its number, so that what it costs is what it finds. */
    private static final String BACK = """
            with recursive mine as (
                select a.conversation_id as id, a.since as begins, c.last_change_number, c.last_change_at
                from conversation_audience a join conversations c on c.id = a.conversation_id
                where a.user_id = $1 and c.last_change_at >= $2
            ), back as (
                select u.chat_id, u.change_number, u.message_number, u.id, u.created_at,
                    greatest(mine.begins, $2) as begins, 1 as depth
                from mine join message_changes u on u.chat_id = mine.id and u.change_number = mine.last_change_number
                where u.created_at >= greatest(mine.begins, $2)
                union all
                select u.chat_id, u.change_number, u.message_number, u.id, u.created_at, back.begins, back.depth + 1
                from back join message_changes u on u.chat_id = back.chat_id and u.change_number = back.change_number - 1
                where u.created_at >= back.begins and back.depth < $3
            )
            """;

    private static final String SINCE = BACK + """
            select b.chat_id, b.change_number as first, b.change_number as number, b.id, b.created_at,
                octet_length(m.text) + octet_length(m.meta::text) as bytes
            from back b join messages m using (chat_id, message_number) order by b.created_at desc limit $3
            """;

    /** Of several changes of a message the newest. */
    private static final String STATE_SINCE = BACK + """
            select b.chat_id, b.change_number as first, b.change_number as number, b.id, b.created_at,
                octet_length(m.text) + octet_length(m.meta::text) as bytes
            from (select distinct on (chat_id, message_number) * from back
                order by chat_id, message_number, change_number desc) b
            join messages m using (chat_id, message_number) order by b.created_at desc limit $3
            """;

    private static final String AT = """
            select %s, %s from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::bigint[]) as wanted (chat_id, number, id, first)
            join message_changes u on u.chat_id = wanted.chat_id and u.change_number = wanted.number
            join messages m on m.chat_id = u.chat_id and m.message_number = u.message_number
            """.formatted(Message.COLUMNS, MessageChange.COLUMNS);

    private static final String MISSING = """
            select %s, %s from conversation_audience a join message_changes u on u.chat_id = a.conversation_id
            join messages m on m.chat_id = u.chat_id and m.message_number = u.message_number
            where a.user_id = $1 and a.conversation_id = $2 and u.change_number > $3 and u.change_number < $4
                and u.created_at >= a.since and ($3 > 0 or u.created_at >= $5)
            order by u.change_number
            """.formatted(Message.COLUMNS, MessageChange.COLUMNS);

    private static final String SIZES = sizesBy("""
            select octet_length(m.text) + octet_length(m.meta::text) from message_changes u
            join messages m on m.chat_id = u.chat_id and m.message_number = u.message_number
            where u.chat_id = due.chat_id and u.change_number = due.number
            """);

    private static final String DUE = """
            select %s, %s, array(
                select a.user_id from conversation_audience a
                where a.conversation_id = u.chat_id and a.since <= u.created_at) as users
            from unnest($1::uuid[], $2::bigint[]) as due (chat_id, number)
            join message_changes u on u.chat_id = due.chat_id and u.change_number = due.number
            join messages m on m.chat_id = u.chat_id and m.message_number = u.message_number
            order by u.chat_id, u.change_number
            """.formatted(Message.COLUMNS, MessageChange.COLUMNS);

    private final RetentionStore retention;

    MessageChangeEvents(Pool pool, RetentionStore retention) {
        super(pool, Kind.MESSAGE_CHANGE, new Statements(SINCE, STATE_SINCE, AT, DUE));
        this.retention = retention;
    }

    void start(@Observes StartupEvent event) {
        retention.prune("message_changes");
    }

    @Override
    protected Event event(Row row) {
        return MessageChange.event(row);
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

package dev.together.message;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.together.Settings;
import dev.together.event.Event;
import dev.together.event.EventRef;
import dev.together.event.EventSource;
import dev.together.event.Gap;
import dev.together.event.OutboxEntry;
import dev.together.event.StreamId.Kind;
import dev.together.log.LogEvent;
import dev.together.time.Timers;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;

/**
 * The events of edited and deleted messages, kept for as long as anything is replayed; each brings the message as it is now.
 */
@Singleton
class MessageChangeEvents implements EventSource {

    private static final Duration PRUNE_EVERY = Duration.ofMinutes(10);

    private static final String PRUNE = """
            delete from message_changes where created_at < clock_timestamp() - $1 * interval '1 second'
            """;

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

    private static final String SIZES = """
            select greatest(audience.count, 1) * 200 + coalesce((
                select octet_length(m.text) + octet_length(m.meta::text) from message_changes u
                join messages m on m.chat_id = u.chat_id and m.message_number = u.message_number
                where u.chat_id = due.chat_id and u.change_number = due.number), 0) as bytes
            from unnest($1::uuid[], $2::bigint[]) with ordinality as due (chat_id, number, position)
            left join (
                select conversation_id, count(*) from conversation_audience
                where conversation_id = any($1::uuid[]) group by conversation_id
            ) audience on audience.conversation_id = due.chat_id
            order by due.position
            """;

    private static final String DUE = """
            select %s, %s, array(
                select a.user_id from conversation_audience a
                where a.conversation_id = u.chat_id and a.since <= u.created_at) as users
            from unnest($1::uuid[], $2::bigint[]) as due (chat_id, number)
            join message_changes u on u.chat_id = due.chat_id and u.change_number = due.number
            join messages m on m.chat_id = u.chat_id and m.message_number = u.message_number
            order by u.chat_id, u.change_number
            """.formatted(Message.COLUMNS, MessageChange.COLUMNS);

    private final Pool pool;
    private final Timers timers;
    private final Duration retention;

    MessageChangeEvents(Pool pool, Timers timers, Settings settings) {
        this.pool = pool;
        this.timers = timers;
        this.retention = settings.replay().retention();
    }

    void start(@Observes StartupEvent event) {
        timers.every(PRUNE_EVERY, this::prune);
    }

    @Override
    public Kind kind() {
        return Kind.MESSAGE_CHANGE;
    }

    @Override
    public Uni<List<EventRef>> since(UUID userId, Instant since, int limit) {
        return refs(SINCE, userId, since, limit);
    }

    @Override
    public Uni<List<EventRef>> stateSince(UUID userId, Instant since, int limit) {
        return refs(STATE_SINCE, userId, since, limit);
    }

    @Override
    public Uni<List<Event>> read(List<EventRef> refs) {
        return pool.preparedQuery(AT).execute(EventRef.keys(refs)).map(MessageChangeEvents::events);
    }

    @Override
    public Uni<List<Event>> missing(UUID userId, Gap gap) {
        return pool.preparedQuery(MISSING)
                .execute(Tuple.of(userId, gap.chatId(), gap.after(), gap.before(),
                        Instant.ofEpochMilli(gap.since()).atOffset(ZoneOffset.UTC)))
                .map(MessageChangeEvents::events);
    }

    @Override
    public Uni<List<Long>> sizes(SqlConnection connection, List<OutboxEntry> due) {
        return connection.preparedQuery(SIZES).execute(OutboxEntry.keys(due))
                .map(rows -> rows.stream().map(row -> row.getLong("bytes")).toList());
    }

    @Override
    public Uni<List<AddressedEvent>> due(SqlConnection connection, List<OutboxEntry> due) {
        return connection.preparedQuery(DUE).execute(OutboxEntry.keys(due)).map(rows -> rows.stream()
                .map(row -> new AddressedEvent(MessageChange.event(row), Arrays.asList(row.getArrayOfUUIDs("users"))))
                .toList());
    }

    private Uni<List<EventRef>> refs(String statement, UUID userId, Instant since, int limit) {
        return pool.preparedQuery(statement).execute(Tuple.of(userId, since.atOffset(ZoneOffset.UTC), limit))
                .map(rows -> rows.stream().map(row -> EventRef.of(row, Kind.MESSAGE_CHANGE)).toList());
    }

    private static List<Event> events(RowSet<Row> rows) {
        return rows.stream().map(MessageChange::event).toList();
    }

    private void prune() {
        pool.preparedQuery(PRUNE).execute(Tuple.of(retention.toSeconds())).subscribe().with(
                rows -> LogEvent.info(MessageChangeEvents.class, "message_changes_pruned").with("count", rows.rowCount()).log(),
                e -> LogEvent.warn(MessageChangeEvents.class, "message_changes_prune_failed").with(e).log());
    }
}

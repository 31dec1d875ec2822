package dev.together.conversation;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import com.fasterxml.jackson.databind.util.RawValue;

import dev.together.Settings;
import dev.together.event.Event;
import dev.together.event.Event.ConversationUpdate;
import dev.together.event.EventPosition;
import dev.together.event.EventRef;
import dev.together.event.EventSource;
import dev.together.event.Gap;
import dev.together.event.OutboxEntry;
import dev.together.event.StreamId;
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

/** The events of conversations: what {@link ConversationEventWriter} wrote, kept for as long as anything is replayed. */
@Singleton
class ConversationEvents implements EventSource {

    private static final Duration PRUNE_EVERY = Duration.ofMinutes(10);

    private static final String PRUNE = """
            delete from conversation_updates where created_at < clock_timestamp() - $1 * interval '1 second'
            """;

    private static final String COLUMNS = """
            u.conversation_id, u.revision, u.id, u.event_type, u.data, u.previous_at, u.floor, u.created_at""";

    /** A revision tells each user one thing: the row with them as recipient, else the row without recipient. */
    private static final String SINCE = """
            with found as (
                select %1$s from conversation_updates u where u.recipient = $1 and u.created_at >= $2
                union all
                select %1$s from conversation_audience a join conversation_updates u on u.conversation_id = a.conversation_id
                where a.user_id = $1 and u.recipient is null and u.created_at >= greatest(a.since, $2) and not exists (
                    select 1 from conversation_updates o
                    where o.conversation_id = u.conversation_id and o.revision = u.revision and o.recipient = $1)
            )
            select conversation_id as chat_id, revision as first, revision as number, id, created_at,
                octet_length(data) as bytes
            from found order by created_at desc limit $3
            """.formatted(COLUMNS);

    private static final String MISSING = """
            select distinct on (u.revision) %s from conversation_updates u
            where u.conversation_id = $2 and u.revision > $3 and u.revision < $4 and ($3 > 0 or u.created_at >= $5)
                and (u.recipient = $1 or u.recipient is null and u.created_at >= (
                    select a.since from conversation_audience a where a.user_id = $1 and a.conversation_id = $2))
            order by u.revision, u.recipient nulls last
            """.formatted(COLUMNS);

    private static final String SIZES = """
            select greatest(audience.count, 1) * 200 + coalesce((
                select sum(octet_length(u.data)) from conversation_updates u
                where u.conversation_id = due.chat_id and u.revision = due.number), 0) as bytes
            from unnest($1::uuid[], $2::bigint[]) with ordinality as due (chat_id, number, position)
            left join (
                select conversation_id, count(*) from conversation_audience
                where conversation_id = any($1::uuid[]) group by conversation_id
            ) audience on audience.conversation_id = due.chat_id
            order by due.position
            """;

    private static final String DUE = """
            select %s, case when u.recipient is not null then array[u.recipient] else array(
                select a.user_id from conversation_audience a
                where a.conversation_id = u.conversation_id and a.since <= u.created_at and not exists (
                    select 1 from conversation_updates o where o.conversation_id = u.conversation_id
                        and o.revision = u.revision and o.recipient = a.user_id)) end as users
            from unnest($1::uuid[], $2::bigint[]) as due (chat_id, number)
            join conversation_updates u on u.conversation_id = due.chat_id and u.revision = due.number
            order by u.conversation_id, u.revision
            """.formatted(COLUMNS);

    private final Pool pool;
    private final Timers timers;
    private final Duration retention;

    ConversationEvents(Pool pool, Timers timers, Settings settings) {
        this.pool = pool;
        this.timers = timers;
        this.retention = settings.replay().retention();
    }

    void start(@Observes StartupEvent event) {
        timers.every(PRUNE_EVERY, this::prune);
    }

    @Override
    public Kind kind() {
        return Kind.CONVERSATION;
    }

    @Override
    public Uni<List<EventRef>> since(UUID userId, Instant since, int limit) {
        return refs(SINCE, userId, since, limit);
    }

    @Override
    public Uni<List<EventRef>> stateSince(UUID userId, Instant since, int limit) {
        return refs(StateStatements.SINCE, userId, since, limit);
    }

    @Override
    public Uni<List<Event>> read(List<EventRef> refs) {
        return pool.preparedQuery(StateStatements.AT).execute(EventRef.keys(refs)).map(ConversationEvents::events);
    }

    @Override
    public Uni<List<Event>> missing(UUID userId, Gap gap) {
        return pool.preparedQuery(MISSING)
                .execute(Tuple.of(userId, gap.chatId(), gap.after(), gap.before(),
                        Instant.ofEpochMilli(gap.since()).atOffset(ZoneOffset.UTC)))
                .map(ConversationEvents::events);
    }

    @Override
    public Uni<List<Long>> sizes(SqlConnection connection, List<OutboxEntry> due) {
        return connection.preparedQuery(SIZES).execute(OutboxEntry.keys(due))
                .map(rows -> rows.stream().map(row -> row.getLong("bytes")).toList());
    }

    @Override
    public Uni<List<AddressedEvent>> due(SqlConnection connection, List<OutboxEntry> due) {
        return connection.preparedQuery(DUE).execute(OutboxEntry.keys(due)).map(rows -> rows.stream()
                .map(row -> new AddressedEvent(event(row), Arrays.asList(row.getArrayOfUUIDs("users")))).toList());
    }

    private Uni<List<EventRef>> refs(String statement, UUID userId, Instant since, int limit) {
        return pool.preparedQuery(statement).execute(Tuple.of(userId, since.atOffset(ZoneOffset.UTC), limit))
                .map(rows -> rows.stream().map(row -> EventRef.of(row, Kind.CONVERSATION)).toList());
    }

    private static List<Event> events(RowSet<Row> rows) {
        return rows.stream().<Event> map(ConversationEvents::event).toList();
    }

    private static ConversationUpdate event(Row row) {
        var previous = row.getOffsetDateTime("previous_at");
        var floor = row.getLong("floor");
        var position = new EventPosition(new StreamId(row.getUUID("conversation_id"), Kind.CONVERSATION),
                row.getLong("revision"),
                row.getOffsetDateTime("created_at").toInstant().toEpochMilli(),
                previous == null ? EventPosition.NOTHING_BEFORE : previous.toInstant().toEpochMilli(),
                floor == null ? EventPosition.SAME_VISIBILITY : floor);
        return new ConversationUpdate(row.getUUID("id").toString(), position, row.getString("event_type"),
                new RawValue(row.getString("data")));
    }

    private void prune() {
        pool.preparedQuery(PRUNE).execute(Tuple.of(retention.toSeconds())).subscribe().with(
                rows -> LogEvent.info(ConversationEvents.class, "conversation_updates_pruned").with("count", rows.rowCount())
                        .log(),
                e -> LogEvent.warn(ConversationEvents.class, "conversation_updates_prune_failed").with(e).log());
    }
}

package dev.together.conversation;

import java.util.List;
import java.util.UUID;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import com.fasterxml.jackson.databind.util.RawValue;

import dev.together.event.Event;
import dev.together.event.Event.ConversationUpdate;
import dev.together.event.EventPosition;
import dev.together.event.Gap;
import dev.together.event.OutboxEntry;
import dev.together.event.RetentionStore;
import dev.together.event.StoredEvents;
import dev.together.event.StreamId;
import dev.together.event.StreamId.Kind;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;

/** The events of conversations: what {@link ConversationEventWriter} wrote, kept for as long as anything is replayed. */
@Singleton
class ConversationEvents extends StoredEvents {

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

    private static final String SIZES = sizesBy("""
            select sum(octet_length(u.data)) from conversation_updates u
            where u.conversation_id = due.chat_id and u.revision = due.number
            """);

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

    private final RetentionStore retention;

    ConversationEvents(Pool pool, RetentionStore retention) {
        super(pool, Kind.CONVERSATION, new Statements(SINCE, StateStatements.SINCE, StateStatements.AT, DUE));
        this.retention = retention;
    }

    void start(@Observes StartupEvent event) {
        retention.prune("conversation_updates");
    }

    @Override
    protected Event event(Row row) {
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

    @Override
    public Uni<List<Event>> missing(UUID userId, Gap gap) {
        return missing(MISSING, userId, gap);
    }

    @Override
    public Uni<List<Long>> sizes(SqlConnection connection, List<OutboxEntry> due) {
        return sizes(SIZES, connection, due);
    }
}

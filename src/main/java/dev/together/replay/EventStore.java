package dev.together.replay;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

import jakarta.inject.Singleton;

import dev.together.channel.EventHistory;
import dev.together.event.EncodedEvent;
import dev.together.event.Event;
import dev.together.event.EventPosition;
import dev.together.event.Gap;
import dev.together.http.DatabaseTimeout;
import dev.together.message.Message;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;

/** Events read back from the tables of messages and of conversation updates. */
@Singleton
class EventStore implements EventHistory {

    /** The user's conversations, and from when on they concern the user. */
    static final String MINE = """
            mine as (
                select c.id, c.last_message_number, c.last_message_at,
                    case when c.user_id = $1 then c.created_at else p.joined_at end as begins
                from conversations_participants p join conversations c on c.id = p.conversation_id
                where p.user_id = $1
                union all
                select c.id, c.last_message_number, c.last_message_at, c.created_at
                from conversations c
                where c.user_id = $1
                    and not exists (select 1 from conversations_participants p where p.conversation_id = c.id)
            )""";

    /** Walks back from each conversation's newest message by its number, so that what it costs is what it finds. */
    private static final String MESSAGES_SINCE = """
            with recursive %s, back as (
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
            """.formatted(MINE);

    private static final String UPDATES_SINCE = """
            with %s, found as (
                select %s from conversation_updates u where u.recipient = $1 and u.created_at >= $2
                union all
                select %s from mine join conversation_updates u on u.conversation_id = mine.id
                where u.recipient is null and u.created_at >= greatest(mine.begins, $2) and not exists (
                    select 1 from conversation_updates o
                    where o.conversation_id = u.conversation_id and o.revision = u.revision and o.recipient = $1)
            )
            select conversation_id as chat_id, revision as first, revision as number, id, created_at,
                octet_length(data) as bytes
            from found order by created_at desc limit $3
            """.formatted(MINE, Events.COLUMNS, Events.COLUMNS);

    private static final String MESSAGES_AT = """
            select %s
            from unnest($1::uuid[], $2::bigint[]) as wanted (chat_id, message_number)
            join messages m on m.chat_id = wanted.chat_id and m.message_number = wanted.message_number
            """.formatted(Message.COLUMNS);

    private static final String MISSING_MESSAGES = """
            with %s
            select %s from mine join messages m on m.chat_id = mine.id
            where mine.id = $2 and m.message_number > $3 and m.message_number < $4 and m.created_at >= mine.begins
                and ($3 > 0 or m.created_at >= $5)
            order by m.message_number
            """.formatted(MINE, Message.COLUMNS);

    private static final String MISSING_UPDATES = """
            with %s
            select distinct on (u.revision) %s from conversation_updates u
            where u.conversation_id = $2 and u.revision > $3 and u.revision < $4 and ($3 > 0 or u.created_at >= $5)
                and (u.recipient = $1 or u.recipient is null and u.created_at >= (select begins from mine where id = $2))
            order by u.revision, u.recipient nulls last
            """.formatted(MINE, Events.COLUMNS);

    private final Pool pool;
    private final Events events;

    EventStore(Pool pool, Events events) {
        this.pool = pool;
        this.events = events;
    }

    @Override
    public Uni<List<EncodedEvent>> missing(UUID userId, Gap gap) {
        boolean isOfMessages = gap.kind() == EventPosition.Kind.MESSAGE;
        var since = Instant.ofEpochMilli(gap.since()).atOffset(ZoneOffset.UTC);
        return DatabaseTimeout.with(pool.preparedQuery(isOfMessages ? MISSING_MESSAGES : MISSING_UPDATES)
                .execute(Tuple.of(userId, gap.chatId(), gap.after(), gap.before(), since))
                .map(rows -> rows.stream().map(row -> isOfMessages ? Message.event(row) : Events.update(row))
                        .map(events::encode).toList()));
    }

    @Override
    public Uni<MissedEvents> since(UUID userId, Instant since, int limit) {
        var parameters = Tuple.of(userId, since.atOffset(ZoneOffset.UTC), limit + 1);
        return missed(parameters, pool.preparedQuery(UPDATES_SINCE).execute(parameters), limit);
    }

    @Override
    public Uni<MissedEvents> stateSince(UUID userId, Instant since, int limit) {
        var parameters = Tuple.of(userId, since.atOffset(ZoneOffset.UTC), limit + 1);
        return missed(parameters, StateStore.since(pool, parameters), limit);
    }

    @Override
    public Uni<List<EncodedEvent>> read(List<EventRef> page) {
        return DatabaseTimeout.with(rows(EventPosition.Kind.MESSAGE, page)
                .flatMap(messages -> rows(EventPosition.Kind.CONVERSATION, page)
                        .map(updates -> inOrder(messages.stream().map(row -> Dated.of(row, Message.event(row))),
                                updates.stream().map(row -> Dated.of(row, Events.update(row))))))
                .map(all -> all.stream().map(events::encode).toList()));
    }

    /** Messages are read first. */
    private Uni<MissedEvents> missed(Tuple parameters, Uni<RowSet<Row>> updatesSince, int limit) {
        return DatabaseTimeout.with(pool.preparedQuery(MESSAGES_SINCE).execute(parameters)
                .flatMap(messages -> updatesSince.map(updates -> missed(messages, updates, limit))));
    }

    private static MissedEvents missed(RowSet<Row> messages, RowSet<Row> updates, int limit) {
        var all = inOrder(messages.stream().map(row -> Dated.of(row, EventPosition.Kind.MESSAGE)),
                updates.stream().map(row -> Dated.of(row, EventPosition.Kind.CONVERSATION)));
        int beyond = Math.max(0, all.size() - limit);
        return new MissedEvents(all.subList(beyond, all.size()), beyond > 0);
    }

    private Uni<List<Row>> rows(EventPosition.Kind kind, List<EventRef> page) {
        var wanted = page.stream().filter(stored -> stored.kind() == kind).toList();
        if (wanted.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return kind == EventPosition.Kind.CONVERSATION ? StateStore.at(pool, wanted) : messagesAt(wanted);
    }

    private Uni<List<Row>> messagesAt(List<EventRef> wanted) {
        var parameters = Tuple.of(wanted.stream().map(EventRef::chatId).toArray(UUID[]::new),
                wanted.stream().map(EventRef::number).toArray(Long[]::new));
        return pool.preparedQuery(MESSAGES_AT).execute(parameters).map(found -> found.stream().toList());
    }

    private static <T> List<T> inOrder(Stream<Dated<T>> messages, Stream<Dated<T>> updates) {
        return Stream.concat(messages, updates)
                .sorted(Comparator.comparing(Dated<T>::at).thenComparing(Dated::number))
                .map(Dated::what).toList();
    }

    /** An event, or where it is, and when it was committed. */
    private record Dated<T>(Instant at, long number, T what) {

        static Dated<Event> of(Row row, Event event) {
            return new Dated<>(committed(row), Objects.requireNonNull(event.position()).number(), event);
        }

        static Dated<EventRef> of(Row row, EventPosition.Kind kind) {
            long number = row.getLong("number");
            return new Dated<>(committed(row), number, new EventRef(kind, row.getUUID("chat_id"),
                    row.getLong("first"), number, row.getUUID("id"), row.getInteger("bytes")));
        }

        private static Instant committed(Row row) {
            return row.getOffsetDateTime("created_at").toInstant();
        }
    }
}

package dev.together.message;

import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.together.event.Event.ReadMark;
import dev.together.http.DatabaseTimeout;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;

/** How far people have read: one row for each in a conversation, never backwards. */
@Singleton
class ReadMarkStore {

    /**
     * Whether others see how far somebody has read: not where the conversation's {@code meta.read_marks} is false, and not
     * among more than a hundred, each of whom would see the marks of all.
     */
    static final String ARE_PUBLIC = """
            (coalesce(c.meta -> 'read_marks', 'true'::jsonb) <> 'false'::jsonb
                and (select count(*) from conversations_participants p where p.conversation_id = c.id) <= 100)""";

    private static final String MARK = """
            with place as (
                select c.id, least($3, c.last_message_number) as number, %s as is_public from conversations c
                where c.id = $1 and exists (
                    select 1 from conversation_audience a where a.conversation_id = $1 and a.user_id = $2)
            ), marked as (
                insert into read_marks as r (conversation_id, user_id, message_number, id, created_at)
                select id, $2, number, gen_random_uuid(), clock_timestamp() from place
                on conflict (conversation_id, user_id) do update set message_number = excluded.message_number,
                    id = excluded.id, number = excluded.number, created_at = excluded.created_at
                where r.message_number < excluded.message_number
                returning r.conversation_id, r.message_number, r.id, r.number, r.created_at
            ), entered as (
                insert into outbox (chat_id, kind, number, created_at)
                select conversation_id, 'read_mark', number, created_at from marked
            )
            select m.id, m.number as mark, coalesce(m.message_number, r.message_number) as message_number, array(
                select a.user_id from conversation_audience a
                where a.conversation_id = place.id and (place.is_public or a.user_id = $2)) as users
            from place left join marked m on true
            left join read_marks r on r.conversation_id = place.id and r.user_id = $2
            """.formatted(ARE_PUBLIC);

    private final Pool pool;

    ReadMarkStore(Pool pool) {
        this.pool = pool;
    }

    /**
     * How far somebody has read now.
     *
     * @param event null where they had been as far before
     * @param users whom the event concerns
     */
    record Marked(long messageNumber, @Nullable ReadMark event, List<UUID> users) {
    }

    /** Marks what is there up to this number; fails with 404 for who is not in the conversation. */
    Uni<Marked> mark(UUID chatId, UUID user, long messageNumber) {
        return DatabaseTimeout.with(pool.preparedQuery(MARK).execute(Tuple.of(chatId, user, messageNumber)).map(rows -> {
            if (rows.size() == 0) {
                throw MessageStore.unknown();
            }
            return marked(rows.iterator().next(), chatId, user);
        }));
    }

    private static Marked marked(Row row, UUID chatId, UUID user) {
        long number = row.getLong("message_number");
        var id = row.getUUID("id");
        var event = id == null ? null : new ReadMark(id.toString(), chatId, user, number, row.getLong("mark"));
        return new Marked(number, event, Arrays.asList(row.getArrayOfUUIDs("users")));
    }
}

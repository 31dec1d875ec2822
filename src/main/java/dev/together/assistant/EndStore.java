package dev.together.assistant;

import static dev.together.http.Failure.Code.NOT_FOUND;

import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.together.event.Event.MessageInsert;
import dev.together.http.DatabaseTimeout;
import dev.together.http.Failure;
import dev.together.message.AssistantAnswers.RunEnd;
import dev.together.message.Message;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;

/** The end of a run: its one message, stored by whoever comes first. */
@Singleton
class EndStore {

    private static final int MOST_RUNS = 8;
    private static final int MOST_HOPS = 3;

    /**
     * As {@code message.SendStatement}: the conversation's row is locked first, then the run's, everywhere in this order. Who
     * waited for it finds that the run has ended, and does nothing.
     */
    private static final String END = """
            with locked as (
                select c.id, c.last_message_number from conversations c
                where c.id = $1 and exists (select 1 from assistant_runs r
                    where r.chat_id = $1 and r.id = $2 and r.end_status is null)
                for no key update
            ), ended as (
                update assistant_runs r set end_status = $4, ended_at = clock_timestamp(),
                    ended_number = l.last_message_number + 1, text = coalesce($3, r.text),
                    due_at = clock_timestamp() + interval '5 seconds'
                from locked l
                where r.chat_id = l.id and r.id = $2 and r.end_status is null
                    and (not $8 or r.expires_at <= clock_timestamp())
                returning r.chat_id, r.answer_id, r.mode, r.hop, r.text, r.asked_by, r.calls
            ), counted as (
                update conversations c
                set last_message_number = c.last_message_number + 1,
                    previous_message_at = c.last_message_at,
                    last_message_at = greatest(clock_timestamp(), c.last_message_at + interval '1 microsecond'),
                    updated_at = greatest(clock_timestamp(), c.updated_at)
                from ended e where c.id = e.chat_id
                returning c.id, c.last_message_number as number, c.previous_message_at as previous_at, c.last_message_at as at
            ), stored as (
                insert into messages (chat_id, message_number, id, role, text, user_id, user_name, status, mode, meta,
                    created_at, previous_at)
                select n.id, n.number, e.answer_id, 'assistant', e.text, $5, $6, $4, e.mode, $7::jsonb, n.at, n.previous_at
                from counted n join ended e on e.chat_id = n.id
                returning %s
            ), entered as (
                insert into outbox (chat_id, kind, number, created_at)
                select chat_id, 'message', message_number, created_at from stored
            ), begun as (
                insert into assistant_runs
                    (chat_id, asked_number, id, answer_id, mode, asked_by, hop, created_at, expires_at, due_at)
                select n.id, n.number, gen_random_uuid(), message_id(n.at), e.mode, e.asked_by, e.hop + 1, clock_timestamp(),
                    clock_timestamp() + h.timeout * interval '1 millisecond', clock_timestamp() + interval '5 seconds'
                from counted n join ended e on e.chat_id = n.id
                    join unnest($9::text[], $10::bigint[]) as h (mode, timeout) on h.mode = e.mode
                where $4 = 'complete' and e.hop < %d and %d > (
                    select count(*) from assistant_runs r where r.chat_id = n.id and r.end_status is null and r.id <> $2)
                returning id
            )
            select %s, e.mode as run_mode, e.calls, (select id from begun) as next_run
            from stored m join ended e on e.chat_id = m.chat_id
            """.formatted(Message.stored("messages"), MOST_HOPS, MOST_RUNS, Message.COLUMNS);

    private static final String ENDED = """
            select %s from assistant_runs r join messages m on m.chat_id = r.chat_id and m.message_number = r.ended_number
            where r.chat_id = $1 and r.id = $2
            """.formatted(Message.COLUMNS);

    private final Pool pool;
    private final Handlers handlers;

    EndStore(Pool pool, Handlers handlers) {
        this.pool = pool;
        this.handlers = handlers;
    }

    /**
     * What has ended a run, now.
     *
     * @param calls how often its handler was called
     * @param nextRun the run that its message has begun; null for none
     */
    record Ended(Message message, MessageInsert event, String mode, int calls, @Nullable UUID nextRun) {
    }

    /**
     * Ends a run that has not ended, empty where it has.
     *
     * @param onlyIfExpired whether something that is heard of it in this moment keeps it alive
     */
    Uni<Optional<Ended>> end(RunEnd end, boolean onlyIfExpired) {
        var agents = handlers.agents();
        var parameters = Tuple.from(new Object[] { end.chatId(), end.runId(), end.text(), end.status(), end.userId(),
                end.userName(), end.meta(), onlyIfExpired, agents, handlers.timeouts(agents) });
        return DatabaseTimeout.with(pool.preparedQuery(END).execute(parameters))
                .map(rows -> rows.stream().findFirst().map(EndStore::ended));
    }

    /** The message that ended it; fails with 404 where there is no such run, or it has none yet. */
    Uni<Message> message(RunKey key) {
        return DatabaseTimeout.with(pool.preparedQuery(ENDED).execute(Tuple.of(key.chatId(), key.runId())))
                .map(rows -> rows.stream().findFirst().map(Message::from).orElseThrow(EndStore::unknown));
    }

    static Failure unknown() {
        return new Failure(NOT_FOUND, "There is no such run in this conversation");
    }

    private static Ended ended(Row row) {
        return new Ended(Message.from(row), Message.event(row), row.getString("run_mode"), row.getInteger("calls"),
                row.getUUID("next_run"));
    }
}

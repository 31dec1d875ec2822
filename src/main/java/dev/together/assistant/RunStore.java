package dev.together.assistant;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.together.http.DatabaseTimeout;
import dev.together.message.Message;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;

/** Runs from their begin until they end: whose turn it is to do what of them. */
@Singleton
class RunStore {

    /** A pod that calls says so again and again; where it has not for so long, another one calls. */
    static final Duration LEASE = Duration.ofSeconds(10);
    private static final int MOST_DUE = 100;

    /** Only one of several pods gets the row. */
    private static final String CLAIM = """
            with claimed as (
                update assistant_runs r set calls = r.calls + 1, due_at = clock_timestamp() + $3 * interval '1 millisecond'
                where r.chat_id = $1 and r.id = $2 and not r.is_taken and r.end_status is null
                    and r.expires_at > clock_timestamp() and (r.calls = 0 or r.due_at <= clock_timestamp())
                returning r.chat_id, r.asked_number, r.mode as run_mode, r.hop, r.is_analyze, r.calls
            )
            select %s, k.run_mode, k.hop, k.is_analyze, k.calls, coalesce((
                select json_agg(json_build_object('user_id', p.user_id, 'role', p.role, 'joined_at', p.joined_at)
                    order by p.joined_at, p.user_id)
                from conversations_participants p where p.conversation_id = k.chat_id)::text, '[]') as participants
            from claimed k join messages m on m.chat_id = k.chat_id and m.message_number = k.asked_number
            """.formatted(Message.COLUMNS);

    private static final String RENEW = """
            update assistant_runs r set due_at = clock_timestamp() + $3 * interval '1 millisecond'
            from unnest($1::uuid[], $2::uuid[]) as k (chat_id, id)
            where r.chat_id = k.chat_id and r.id = k.id and not r.is_taken and r.end_status is null
            """;

    private static final String POSTPONE = """
            update assistant_runs r set due_at = least(clock_timestamp() + $3 * interval '1 millisecond', r.expires_at)
            where r.chat_id = $1 and r.id = $2 and not r.is_taken and r.end_status is null
            """;

    private static final String TAKE = """
            update assistant_runs r set is_taken = true, expires_at = clock_timestamp() + $3 * interval '1 millisecond',
                due_at = clock_timestamp() + $3 * interval '1 millisecond'
            where r.chat_id = $1 and r.id = $2 and not r.is_taken and r.end_status is null
            """;

    private static final String DUE = """
            select r.chat_id, r.id, r.end_status is not null as has_ended, r.expires_at <= clock_timestamp() as is_expired
            from assistant_runs r where r.due_at <= clock_timestamp() order by r.due_at limit %d
            """.formatted(MOST_DUE);

    private static final String OVERDUE = """
            select count(*) as overdue from assistant_runs r where r.due_at < clock_timestamp() - interval '1 minute'
            """;

    /** Its text is in its message now. */
    private static final String SETTLE = """
            update assistant_runs r set due_at = null, text = ''
            where r.chat_id = $1 and r.id = $2 and r.end_status is not null and r.due_at is not null
            """;

    private static final String AUDIENCE = """
            select a.user_id from conversation_audience a where a.conversation_id = $1
            """;

    private static final String PRUNE = """
            delete from assistant_runs r where r.ended_at < clock_timestamp() - $1 * interval '1 second' and r.due_at is null
            """;

    private final Pool pool;

    RunStore(Pool pool) {
        this.pool = pool;
    }

    /**
     * A run whose handler this pod is to call now.
     *
     * @param calls how often it was called, with this one
     * @param participants a JSON array, as text
     */
    record Claimed(RunKey key, String mode, int hop, boolean isAnalyze, int calls, Message message, String participants) {
    }

    /** What is to be done: to say that it has ended, to end it, or to call. */
    record Due(RunKey key, boolean hasEnded, boolean isExpired) {
    }

    /** The run, where nobody else calls, it still runs, and it is time. */
    Uni<Optional<Claimed>> claim(RunKey key) {
        return execute(CLAIM, Tuple.of(key.chatId(), key.runId(), LEASE.toMillis()))
                .map(rows -> first(rows).map(row -> claimed(key, row)));
    }

    /** These are still being called. */
    Uni<Void> renew(Collection<RunKey> keys) {
        return execute(RENEW, Tuple.of(keys.stream().map(RunKey::chatId).toArray(UUID[]::new),
                keys.stream().map(RunKey::runId).toArray(UUID[]::new), LEASE.toMillis())).replaceWithVoid();
    }

    /** It is to be called again after so long. */
    Uni<Void> postpone(RunKey key, Duration delay) {
        return execute(POSTPONE, Tuple.of(key.chatId(), key.runId(), delay.toMillis())).replaceWithVoid();
    }

    /** Its handler has taken it, and must be heard of within so long. */
    Uni<Void> take(RunKey key, Duration silence) {
        return execute(TAKE, Tuple.of(key.chatId(), key.runId(), silence.toMillis())).replaceWithVoid();
    }

    Uni<List<Due>> due() {
        return execute(DUE, Tuple.tuple()).map(rows -> rows.stream().map(row -> new Due(
                new RunKey(row.getUUID("chat_id"), row.getUUID("id")), row.getBoolean("has_ended"),
                row.getBoolean("is_expired"))).toList());
    }

    /** How many runs nobody has looked at for a minute although it was time. */
    Uni<Long> overdue() {
        return execute(OVERDUE, Tuple.tuple()).map(rows -> rows.iterator().next().getLong("overdue"));
    }

    /** It is published that it has ended. */
    Uni<Void> settle(RunKey key) {
        return execute(SETTLE, Tuple.of(key.chatId(), key.runId())).replaceWithVoid();
    }

    /** To whom it is published. */
    Uni<List<UUID>> audience(UUID chatId) {
        return execute(AUDIENCE, Tuple.of(chatId)).map(rows -> rows.stream().map(row -> row.getUUID("user_id")).toList());
    }

    /** Forgets runs that ended so long ago. */
    Uni<Integer> prune(Duration age) {
        return execute(PRUNE, Tuple.of(age.toSeconds())).map(RowSet::rowCount);
    }

    private Uni<RowSet<Row>> execute(String sql, Tuple parameters) {
        return DatabaseTimeout.with(pool.preparedQuery(sql).execute(parameters));
    }

    private static Claimed claimed(RunKey key, Row row) {
        return new Claimed(key, row.getString("run_mode"), row.getInteger("hop"), row.getBoolean("is_analyze"),
                row.getInteger("calls"), Message.from(row), row.getString("participants"));
    }

    private static Optional<Row> first(RowSet<Row> rows) {
        @Nullable
        Row row = rows.size() == 0 ? null : rows.iterator().next();
        return Optional.ofNullable(row);
    }
}

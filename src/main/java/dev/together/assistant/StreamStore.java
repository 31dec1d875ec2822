package dev.together.assistant;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.together.http.DatabaseTimeout;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;

/**
 * What runs have streamed so far, and how far that was published. The row decides, so the deltas of one run may come to any
 * pod, and each part of its text is published once.
 */
@Singleton
class StreamStore {

    private static final int CROWD = 100;
    /** So seldom is the whole of a long text published while it grows; of a short one each second. */
    private static final double MILLIS_PER_UNIT = 0.5;
    private static final int MOST_BYTES_RECEIVED = 1 << 20;

    /**
     * Adds a delta, where there is one and it is the next, and takes what is to be published, where it is time. The row is
     * locked before it is read, so whoever waited for it reads what the other has left.
     */
    private static final String ADVANCE = """
            with audience as (
                select array(select a.user_id from conversation_audience a where a.conversation_id = $1) as users
            ), old as (
                select r.chat_id, r.id, r.answer_id, r.mode, r.seq, r.phase, r.tool, r.text, r.units, r.received, r.published_seq,
                    r.published_length, r.published_units, r.published_at, r.full_at, r.created_at, r.end_status
                from assistant_runs r where r.chat_id = $1 and r.id = $2 for update
            ), judged as (
                select o.*, coalesce(o.end_status is null and $3::int > o.seq, false) as is_next,
                    octet_length($5::text) + o.received > %d
                        or octet_length($5::text) + case $4::text when 'append' then octet_length(o.text) else 0 end > $9
                        as is_too_much
                from old o
            ), added as (
                select j.id, j.answer_id, j.mode, j.published_seq, j.published_at, j.full_at, j.created_at,
                    j.end_status, j.is_next,
                    j.is_next and j.is_too_much as is_too_much, j.is_next and not j.is_too_much as is_new,
                    case when j.is_next then $3 else j.seq end as seq,
                    case when j.is_next then $6::text else j.phase end as phase,
                    case when j.is_next then $7::text else j.tool end as tool,
                    case when not j.is_next then j.text when $4 = 'append' then j.text || $5 else $5 end as text,
                    case when not j.is_next then j.units when $4 = 'append' then j.units + $8::int else $8 end as units,
                    case when j.is_next and $4 = 'replace' then 0 else j.published_length end as published_length,
                    case when j.is_next and $4 = 'replace' then 0 else j.published_units end as published_units
                from judged j
            ), due as (
                select a.*, u.users, coalesce((select h.silence from unnest($10::text[], $11::bigint[]) as h (mode, silence)
                        where h.mode = a.mode), 60000) as silence,
                    not a.is_too_much and a.end_status is null and a.seq > a.published_seq
                        and (a.published_at is null or a.published_at <= clock_timestamp()
                            - case when cardinality(u.users) > %d then interval '100 ms' else interval '40 ms' end)
                        as is_published,
                    a.published_seq > 0 and (a.published_length = 0 or a.full_at <= clock_timestamp()
                        - greatest(interval '1 second', a.units * interval '%s ms')) as is_whole
                from added a cross join audience u
            ), written as (
                update assistant_runs r set seq = d.seq, phase = d.phase, tool = d.tool, text = d.text, units = d.units,
                    received = r.received + case when d.is_new then octet_length($5) else 0 end,
                    is_taken = r.is_taken or d.is_new,
                    expires_at = case when d.is_new then clock_timestamp() + d.silence * interval '1 millisecond'
                        else r.expires_at end,
                    due_at = case when d.is_new then clock_timestamp() + d.silence * interval '1 millisecond' else r.due_at end,
                    published_seq = case when d.is_published then d.seq else r.published_seq end,
                    published_at = case when d.is_published then clock_timestamp() else r.published_at end,
                    published_length = case when d.is_published then length(d.text) else d.published_length end,
                    published_units = case when d.is_published then d.units else d.published_units end,
                    full_at = case when d.is_published and (d.is_whole or r.full_at is null) then clock_timestamp()
                        else r.full_at end
                from due d
                where r.chat_id = $1 and r.id = d.id and not d.is_too_much and (d.is_new or d.is_published)
            )
            select d.answer_id, d.seq, d.phase, d.tool, d.end_status, d.is_too_much, d.is_new, d.is_published, d.is_whole,
                d.users,
                d.published_at is null as is_first, d.created_at,
                d.end_status is null and d.seq > d.published_seq and not d.is_published and not d.is_too_much as is_waiting,
                case when not d.is_published then '' when d.is_whole then d.text
                    else substr(d.text, d.published_length + 1) end as part,
                case when d.is_whole then 0 else d.published_units end as part_at
            from due d
            """
            .formatted(MOST_BYTES_RECEIVED, CROWD, MILLIS_PER_UNIT);

    /** Of the user's conversations: what lasts, and what has ended since. */
    private static final String OF_USER = """
            with mine as materialized (
                select a.conversation_id as id from conversation_audience a where a.user_id = $1
            )
            select r.chat_id, r.id, r.answer_id, r.seq, r.phase, r.tool, r.text, r.end_status is not null as has_ended
            from mine join assistant_runs r on r.chat_id = mine.id and r.end_status is null
            union all
            select r.chat_id, r.id, r.answer_id, r.seq, r.phase, r.tool, '', true
            from mine join assistant_runs r on r.chat_id = mine.id and r.ended_at >= $2
            limit 200
            """;

    private final Pool pool;
    private final Handlers handlers;

    StreamStore(Pool pool, Handlers handlers) {
        this.pool = pool;
        this.handlers = handlers;
    }

    /**
     * A delta of a handler.
     *
     * @param op {@code append} or {@code replace}
     */
    record Delta(int seq, String op, String text, String phase, @Nullable String tool) {
    }

    /**
     * How far a run is.
     *
     * @param endStatus null while it runs
     * @param isNew whether the delta has changed something
     * @param part what this pod is to publish; null for nothing
     * @param isWaiting whether something waits for its time to be published
     * @param isFirst whether nothing of it was published before
     */
    record Progress(@Nullable String endStatus, boolean isTooMuch, boolean isNew, RunEvents.@Nullable Stream part,
            boolean isWaiting, boolean isFirst, Instant createdAt, List<UUID> users) {
    }

    /** What a user is to know of a run. */
    record Snapshot(RunKey run, boolean hasEnded, RunEvents.Stream stream) {
    }

    /** Adds a delta; empty where there is no such run. */
    Uni<Optional<Progress>> add(RunKey run, Delta delta, int mostBytes) {
        return advance(run, delta.seq(), delta.op(), delta.text(), delta.phase(), delta.tool(), delta.text().length(),
                mostBytes);
    }

    /** Takes what waits to be published. */
    Uni<Optional<Progress>> flush(RunKey run) {
        return advance(run, null, null, null, null, null, null, 0);
    }

    /** The runs of the user's conversations that last, and those that have ended since. */
    Uni<List<Snapshot>> ofUser(UUID user, Instant since) {
        return DatabaseTimeout.with(pool.preparedQuery(OF_USER).execute(Tuple.of(user, since.atOffset(ZoneOffset.UTC)))
                .map(rows -> rows.stream().map(StreamStore::snapshot).toList()));
    }

    private Uni<Optional<Progress>> advance(RunKey run, @Nullable Object... delta) {
        var modes = handlers.modes();
        var parameters = Tuple.of(run.chatId(), run.runId());
        for (var value : delta) {
            parameters.addValue(value);
        }
        parameters.addArrayOfString(modes).addArrayOfLong(handlers.silences(modes));
        return DatabaseTimeout.with(pool.preparedQuery(ADVANCE).execute(parameters)
                .map(rows -> rows.stream().findFirst().map(row -> progress(run, row))));
    }

    private static Progress progress(RunKey run, Row row) {
        var part = row.getBoolean("is_published") ? stream(run, row, row.getBoolean("is_whole") ? "replace" : "append",
                row.getInteger("part_at"), row.getString("part")) : null;
        return new Progress(row.getString("end_status"), row.getBoolean("is_too_much"), row.getBoolean("is_new"), part,
                row.getBoolean("is_waiting"), row.getBoolean("is_first"), row.getOffsetDateTime("created_at").toInstant(),
                List.of(row.getArrayOfUUIDs("users")));
    }

    private static Snapshot snapshot(Row row) {
        var run = new RunKey(row.getUUID("chat_id"), row.getUUID("id"));
        return new Snapshot(run, row.getBoolean("has_ended"), stream(run, row, "replace", 0, row.getString("text")));
    }

    private static RunEvents.Stream stream(RunKey run, Row row, String op, int offset, String text) {
        return new RunEvents.Stream(run.chatId(), run.runId(), row.getUUID("answer_id"), row.getInteger("seq"), op, offset,
                text, row.getString("phase"), row.getString("tool"));
    }
}

package dev.together.assistant;

import java.time.Instant;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonIgnore;

import dev.together.http.DatabaseTimeout;
import dev.together.identity.Caller;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;

/** Runs as their callers see them: who is not in the conversation sees none. */
@Singleton
class RunViewStore {

    private static final String FIND = """
            select r.id, r.chat_id, r.answer_id, r.asked_number, r.ended_number, r.mode, r.asked_by, r.hop, r.seq,
                coalesce(r.end_status, r.phase) as status, r.end_status is not null as has_ended,
                coalesce(m.text, r.text) as text, r.created_at, r.ended_at, r.calls,
                coalesce(c.owner_user_id = $3, false) as is_owner
            from assistant_runs r join conversations c on c.id = r.chat_id
                left join messages m on m.chat_id = r.chat_id and m.message_number = r.ended_number
            where r.id = $1 and ($2::uuid is null or r.chat_id = $2) and ($3::uuid is null or c.user_id = $3 or exists (
                select 1 from conversation_audience a where a.conversation_id = c.id and a.user_id = $3))
            """;

    private final Pool pool;

    RunViewStore(Pool pool) {
        this.pool = pool;
    }

    /**
     * How a run is.
     *
     * @param messageId of the message that ends it
     * @param askedNumber of the message that it answers
     * @param messageNumber of the message that has ended it; null while it runs
     * @param status {@code thinking}, {@code streaming} or {@code tool}; {@code complete}, {@code cancelled} or {@code error}
     *        once it has ended
     * @param calls how often its handler was called
     */
    @RegisterForReflection
    record RunView(UUID runId, UUID chatId, UUID messageId, long askedNumber, @Nullable Long messageNumber, String mode,
            @Nullable UUID askedBy, int hop, int seq, String status, String text, Instant createdAt, @Nullable Instant endedAt,
            @JsonIgnore int calls, @JsonIgnore boolean isOwners) {

        boolean mayBeStoppedBy(Caller caller) {
            return caller.isService() || isOwners || caller.user().equals(askedBy);
        }
    }

    /** The run, as the caller sees it; fails with 404 where they see none. */
    Uni<RunView> find(UUID runId, @Nullable UUID chatId, Caller caller) {
        var user = caller.isService() ? null : caller.user();
        return DatabaseTimeout.with(pool.preparedQuery(FIND).execute(Tuple.of(runId, chatId, user)))
                .map(rows -> rows.stream().findFirst().map(RunViewStore::view).orElseThrow(EndStore::unknown));
    }

    private static RunView view(Row row) {
        var endedAt = row.getOffsetDateTime("ended_at");
        return new RunView(row.getUUID("id"), row.getUUID("chat_id"), row.getUUID("answer_id"), row.getLong("asked_number"),
                row.getLong("ended_number"), row.getString("mode"), row.getUUID("asked_by"), row.getInteger("hop"),
                row.getInteger("seq"), row.getString("status"), row.getString("text"),
                row.getOffsetDateTime("created_at").toInstant(), endedAt == null ? null : endedAt.toInstant(),
                row.getInteger("calls"), row.getBoolean("is_owner"));
    }
}

package dev.together.realtime;

import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import jakarta.inject.Singleton;

import dev.together.http.DatabaseTimeout;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;

/** Who takes part in which conversation. */
@Singleton
class ParticipationStore {

    private static final String IN = """
            select conversation_id from conversation_audience where user_id = $1 and conversation_id = any($2::uuid[])
            """;

    private final Pool pool;

    ParticipationStore(Pool pool) {
        this.pool = pool;
    }

    /** Those of the conversations in which the user takes part. */
    Uni<Set<UUID>> in(UUID userId, Collection<UUID> conversations) {
        return DatabaseTimeout.with(pool.preparedQuery(IN)
                .execute(Tuple.of(userId, conversations.toArray(UUID[]::new)))
                .map(rows -> rows.stream().map(row -> row.getUUID("conversation_id"))
                        .collect(Collectors.toSet())));
    }
}

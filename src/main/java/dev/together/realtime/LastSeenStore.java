package dev.together.realtime;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import jakarta.inject.Singleton;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;

/** The table of when users were last known to be connected. */
@Singleton
class LastSeenStore {

    /** In the order of the key, so that two pods never wait for each other's rows; all parts see the table as it was. */
    private static final String SEE = """
            with here as (select distinct user_id from unnest($1::uuid[]) as joined (user_id)),
            marked as (
                insert into last_seen (user_id, seen_at)
                select user_id, clock_timestamp() from here order by user_id
                on conflict (user_id) do update set seen_at = excluded.seen_at
            )
            select seen.user_id from here join last_seen seen using (user_id)
            where seen.seen_at >= clock_timestamp() - $2 * interval '1 millisecond'
            """;

    private static final String FORGET = """
            delete from last_seen where user_id in (
                select user_id from last_seen where seen_at < clock_timestamp() - $1 * interval '1 millisecond'
                for update skip locked)
            """;

    private final Pool pool;

    LastSeenStore(Pool pool) {
        this.pool = pool;
    }

    /** Marks the users as connected now; gives those of them who had been within that time before. */
    Uni<Set<UUID>> see(Collection<UUID> users, Duration within) {
        return pool.preparedQuery(SEE).execute(Tuple.of(users.toArray(UUID[]::new), within.toMillis()))
                .map(rows -> rows.stream().map(row -> row.getUUID("user_id")).collect(Collectors.toSet()));
    }

    /** Removes who was connected longer ago; gives how many that were. */
    Uni<Integer> forget(Duration longerAgo) {
        return pool.preparedQuery(FORGET).execute(Tuple.of(longerAgo.toMillis())).map(rows -> rows.rowCount());
    }
}

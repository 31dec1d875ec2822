package dev.together.conversation;

import static dev.together.http.Failure.Code.TOO_MANY;

import java.time.Duration;
import java.util.UUID;

import jakarta.inject.Singleton;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.together.Settings;
import dev.together.http.Failure;
import io.github.bucket4j.Bucket;

/** How often one user may join, leave and share, on this process: each time all who are in the conversation are told. */
@Singleton
class ChangeRate {

    private static final int USERS = 100_000;
    private static final long AT_ONCE_SECONDS = 10;

    private final int perSecond;
    private final Cache<UUID, Bucket> buckets;

    ChangeRate(Settings settings) {
        this.perSecond = settings.limits().changesPerSecond();
        // Who has been quiet for so long may do everything at once again.
        this.buckets = Caffeine.newBuilder().maximumSize(USERS)
                .expireAfterAccess(Duration.ofSeconds(1 + AT_ONCE_SECONDS)).build();
    }

    /**
     * Counts what the user is about to change.
     *
     * @throws Failure 429 when it is more than allowed now
     */
    void admit(UUID user) {
        if (!buckets.get(user, unseen -> bucket()).tryConsume(1)) {
            throw new Failure(TOO_MANY,
                    "Too many conversations joined, left or shared: at most " + perSecond + " a second");
        }
    }

    private Bucket bucket() {
        return Bucket.builder().addLimit(limit -> limit.capacity(AT_ONCE_SECONDS * perSecond)
                .refillGreedy(perSecond, Duration.ofSeconds(1))).build();
    }
}

package dev.together.identity;

import static dev.together.http.Failure.Code.TOO_MANY;

import java.time.Duration;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.together.Settings;
import dev.together.http.Failure;
import io.github.bucket4j.Bucket;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** How much one user may ask, on this process; the service key is not limited. */
@ApplicationScoped
// Caffeine finds the class of such a cache's entries by this name, which a native image must be told.
@RegisterForReflection(classNames = "com.github.benmanes.caffeine.cache.PSAMS")
public class RequestRate {

    private static final int BYTES_OF_ONE = 65_536;
    private static final int USERS = 100_000;

    private final int perSecond;
    private final long atOnce;
    private final Cache<UUID, Bucket> buckets;

    RequestRate(Settings settings) {
        this.perSecond = settings.limits().sendsPerSecond();
        this.atOnce = 2L * perSecond + settings.limits().batchMessages();
        // Who has been quiet for so long may do everything at once again.
        this.buckets = Caffeine.newBuilder().maximumSize(USERS)
                .expireAfterAccess(Duration.ofSeconds(1 + atOnce / perSecond)).build();
    }

    /**
     * Counts what the caller asks, once it is known who that is, whatever becomes of it: a long body for more than one.
     *
     * @throws Failure 429 when it is more than allowed now
     */
    void admitRequest(Caller caller, long bodyBytes) {
        take(caller, 1 + Math.max(0, bodyBytes) / BYTES_OF_ONE);
    }

    /**
     * Counts what the caller is about to write with one request, beyond the first.
     *
     * @throws Failure 429 when it is more than allowed now
     */
    public void admitWrites(Caller caller, int writes) {
        if (writes > 1) {
            take(caller, writes - 1L);
        }
    }

    private void take(Caller caller, long count) {
        if (caller.userId() != null && !buckets.get(caller.userId(), user -> bucket()).tryConsume(count)) {
            throw new Failure(TOO_MANY, "Too many requests: at most " + perSecond + " a second");
        }
    }

    private Bucket bucket() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(atOnce).refillGreedy(perSecond, Duration.ofSeconds(1)))
                .build();
    }
}

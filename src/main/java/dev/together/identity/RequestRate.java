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

/** How often one user may call functions that write, on this process; the service key is not limited. */
@ApplicationScoped
public class RequestRate {

    private static final int USERS = 100_000;

    private final int perSecond;
    private final Cache<UUID, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(USERS).expireAfterAccess(Duration.ofSeconds(10)).build();

    RequestRate(Settings settings) {
        this.perSecond = settings.limits().sendsPerSecond();
    }

    /** @throws Failure 429 when the caller was too fast */
    public void admit(Caller caller) {
        if (caller.userId() != null && !buckets.get(caller.userId(), user -> bucket()).tryConsume(1)) {
            throw new Failure(TOO_MANY, "Too many requests: at most " + perSecond + " a second");
        }
    }

    private Bucket bucket() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(2L * perSecond).refillGreedy(perSecond, Duration.ofSeconds(1)))
                .build();
    }
}

package dev.together.http;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

import org.jspecify.annotations.Nullable;

import dev.together.Settings;
import dev.together.log.LogEvent;
import dev.together.time.Timers;
import io.quarkus.runtime.StartupEvent;

/**
 * What the requests of this process, their answers, and the messages of its websockets until they are whole may take of its
 * memory, all together: a quarter.
 *
 * <p>
 * Half of it is kept from whatever waits for its client: a body or a message that has not come whole, an answer that is not
 * taken. Past that, and after {@code together.limits.transfer-time}, who keeps it waiting the longest is cut. Safe for threads.
 */
@ApplicationScoped
public class RequestBudget {

    private static final int SHARE = 4;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final long most;
    private final Duration longest;
    private final Clock clock;
    private final AtomicLong taken = new AtomicLong();
    private final Set<Wait> waiting = new LinkedHashSet<>();
    private long waitingBytes;

    @Inject
    RequestBudget(Settings settings, Clock clock) {
        this(Runtime.getRuntime().maxMemory() / SHARE, settings.limits().transferTime(), clock);
    }

    public RequestBudget(long most, Duration longest, Clock clock) {
        this.most = most;
        this.longest = longest;
        this.clock = clock;
    }

    void start(@Observes StartupEvent event, Timers timers) {
        timers.every(LOOK_EVERY, this::cutLate);
    }

    /** Takes so many bytes; says whether they are there, else nothing is taken. */
    public boolean take(long bytes) {
        boolean fits = taken.addAndGet(bytes) <= most;
        if (!fits) {
            free(bytes);
        }
        return fits;
    }

    /** Takes what is there already, so that others have less. */
    void takeAnyway(long bytes) {
        taken.addAndGet(bytes);
    }

    /** Gives back what was taken. */
    public void free(long bytes) {
        taken.addAndGet(-bytes);
    }

    /** Something begins to wait for its client. */
    public Wait begin(Runnable cut) {
        return new Wait(cut, clock.instant());
    }

    void cutLate() {
        late().forEach(wait -> wait.cut("late"));
    }

    /** Who has begun first need not be who has sent first. */
    private synchronized List<Wait> late() {
        var limit = clock.instant().minus(longest);
        return waiting.stream().filter(wait -> wait.since.isBefore(limit)).toList();
    }

    private synchronized @Nullable Wait oldest() {
        return waiting.isEmpty() ? null : waiting.iterator().next();
    }

    private synchronized @Nullable Wait oldestOfTooMany() {
        return waitingBytes > most / 2 ? oldest() : null;
    }

    /** What waits for its client, and what it holds meanwhile. */
    public class Wait {

        private final Runnable cut;
        private final Instant since;
        private long bytes;
        private boolean isOver;

        private Wait(Runnable cut, Instant since) {
            this.cut = cut;
            this.since = since;
        }

        /** It holds so many bytes more, or less where they are negative. */
        public void add(long more) {
            synchronized (RequestBudget.this) {
                if (isOver) {
                    return;
                }
                bytes += more;
                waitingBytes += more;
                waiting.add(this);
            }
            for (var next = oldestOfTooMany(); next != null; next = oldestOfTooMany()) {
                next.cut("crowded");
            }
        }

        /** It waits no longer. */
        public void end() {
            synchronized (RequestBudget.this) {
                if (!isOver) {
                    isOver = true;
                    waitingBytes -= bytes;
                    waiting.remove(this);
                }
            }
        }

        private void cut(String reason) {
            end();
            LogEvent.debug(RequestBudget.class, "client_too_slow").with("reason", reason).log();
            cut.run();
        }
    }
}

package dev.together.realtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.together.Settings;
import dev.together.channel.Hub;
import dev.together.http.DatabaseTimeout;
import dev.together.log.LogEvent;
import dev.together.time.Timers;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;

/**
 * Who was connected a moment ago, on whichever pod, whatever their client does.
 *
 * <p>
 * A join looks and marks in one statement, and is answered after that is committed; while a user stays, they are marked again
 * every half of {@code together.replay.resume-window}. Known is who was marked within twice the window: so whoever heard that
 * they had joined and comes back within the window is known, though their pod was killed. This errs to one side: a second
 * device, or a client that begins anew, of a user who is or was here gets the window again, marked as replayed.
 *
 * <p>
 * What it costs: one statement at a time a pod for all who join meanwhile, as {@code message.SendBatcher}, and a row a minute
 * for each connected user, up to a thousand a statement.
 */
@Singleton
class LastSeen {

    private static final int MOST_AT_ONCE = 1_000;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration FORGET_EVERY = Duration.ofMinutes(10);

    private final LastSeenStore store;
    private final Hub hub;
    private final Timers timers;
    private final Clock clock;
    private final Vertx vertx;
    private final boolean isServed;
    private final Duration again;
    private final Duration known;
    private final Map<UUID, Instant> marked = new ConcurrentHashMap<>();
    private final Queue<Join> waiting = new ArrayDeque<>();
    private boolean isBusy;
    private volatile boolean isMarkingAgain;

    LastSeen(LastSeenStore store, Hub hub, Timers timers, Clock clock, Vertx vertx, Settings settings) {
        this.store = store;
        this.hub = hub;
        this.timers = timers;
        this.clock = clock;
        this.vertx = vertx;
        this.isServed = Settings.isServed(settings, "realtime");
        var window = settings.replay().resumeWindow();
        this.again = max(window.dividedBy(2), LOOK_EVERY);
        this.known = window.multipliedBy(2);
    }

    void start(@Observes StartupEvent event) {
        if (isServed) {
            timers.every(LOOK_EVERY, this::markAgain);
            timers.every(FORGET_EVERY, this::forget);
        }
    }

    /** Marks that the user is here, and says whether they were, within the window or somewhat longer ago. */
    Uni<Boolean> sawBefore(UUID user) {
        return DatabaseTimeout.with(Uni.createFrom().emitter(emitter -> add(new Join(user, emitter))));
    }

    private void add(Join join) {
        if (isFirst(join)) {
            // Not on the caller's own context: what belongs to one connection must not cling to the statements of others.
            VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext()).runOnContext(start -> markNext());
        }
    }

    private synchronized boolean isFirst(Join join) {
        waiting.add(join);
        boolean isFirst = !isBusy;
        isBusy = true;
        return isFirst;
    }

    private void markNext() {
        var group = nextGroup();
        if (group.isEmpty()) {
            return;
        }
        mark(group.stream().map(Join::user).toList()).subscribe().with(before -> {
            markNext();
            group.forEach(join -> join.answer().complete(before.contains(join.user())));
        }, failure -> {
            markNext();
            group.forEach(join -> join.answer().fail(failure));
        });
    }

    private synchronized List<Join> nextGroup() {
        var group = new ArrayList<Join>();
        while (!waiting.isEmpty() && group.size() < MOST_AT_ONCE) {
            group.add(waiting.remove());
        }
        isBusy = !group.isEmpty();
        return group;
    }

    private Uni<Set<UUID>> mark(List<UUID> users) {
        var now = clock.instant();
        return DatabaseTimeout.with(store.see(users, known)).invoke(before -> users.forEach(user -> marked.put(user, now)));
    }

    void markAgain() {
        if (isMarkingAgain) {
            return;
        }
        isMarkingAgain = true;
        markDue().onTermination().invoke(() -> isMarkingAgain = false).subscribe().with(done -> {
        }, e -> LogEvent.warn(LastSeen.class, "last_seen_failed").with(e).log());
    }

    private Uni<Void> markDue() {
        var due = due();
        if (due.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return mark(due).chain(this::markDue);
    }

    /** Those who are still here and were not marked for so long. */
    private List<UUID> due() {
        var then = clock.instant().minus(again);
        marked.entrySet().removeIf(mark -> mark.getValue().isBefore(then) && hub.listeners(mark.getKey()) == 0);
        return marked.entrySet().stream().filter(mark -> mark.getValue().isBefore(then)).map(Map.Entry::getKey)
                .limit(MOST_AT_ONCE).toList();
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private void forget() {
        store.forget(known).subscribe().with(
                count -> LogEvent.info(LastSeen.class, "last_seen_pruned").with("count", count).log(),
                e -> LogEvent.warn(LastSeen.class, "last_seen_prune_failed").with(e).log());
    }

    /** A join that waits to hear whether its user was here. */
    private record Join(UUID user, UniEmitter<? super Boolean> answer) {
    }
}

package dev.together.presence;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Who is here on one topic, shown to the connections of this pod: each gets the whole once, then who came and who went, all of
 * a while at a time, the longer the more watch. To be used by any thread.
 */
class PresenceTopic {

    private static final long SHOW_EVERY_MILLIS = 50;
    /** So many watchers make it one millisecond longer. */
    private static final int WATCHERS_A_MILLISECOND = 5;
    private static final int MOST_ENTRIES = 5_000;
    private static final int MOST_BYTES = 1 << 20;

    private final Replica replica = new Replica(UUID.randomUUID().toString());
    private final Consumer<PodMessage> publish;
    private final Set<Watcher> upToDate = new HashSet<>();
    private final Set<Watcher> waiting = new HashSet<>();
    private final long firstStateAt;
    private Map<String, Entry> shown = Map.of();
    private long shownBytes;
    private long showAt;
    private boolean isChanged;
    private boolean hasEnded;

    /** @param firstStateAt when the other pods have said what they know, so that the first state is whole */
    PresenceTopic(Consumer<PodMessage> publish, long firstStateAt) {
        this.publish = publish;
        this.firstStateAt = firstStateAt;
    }

    /** Shows the watcher who is here: at once where that is known. */
    synchronized void watch(Watcher watcher, long now) {
        if (upToDate.contains(watcher)) {
            return;
        }
        if (now >= firstStateAt && watcher.isReady()) {
            watcher.state(PresenceJson.state(shown.values()));
            upToDate.add(watcher);
        } else {
            waiting.add(watcher);
        }
    }

    /** The watcher tracks this under the key, and what it tracked before no more; gives why not where it may not. */
    synchronized Optional<String> track(Watcher watcher, String key, ObjectNode said) {
        var previous = replica.own.of(watcher);
        var ref = Long.toHexString(UUID.randomUUID().getMostSignificantBits());
        var entry = new Entry(ref, key, PresenceJson.meta(ref, previous, said));
        long bytes = shownBytes + entry.size() - (previous == null ? 0 : previous.size());
        if (bytes > MOST_BYTES || (previous == null && replica.size() >= MOST_ENTRIES)) {
            return Optional.of("PresenceLimitReached: Too many are tracked on this topic");
        }
        replica.own.put(watcher, entry);
        shownBytes = bytes;
        isChanged = true;
        return Optional.empty();
    }

    synchronized void untrack(Watcher watcher) {
        isChanged |= replica.own.remove(watcher) != null;
    }

    synchronized void leave(Watcher watcher) {
        upToDate.remove(watcher);
        waiting.remove(watcher);
        untrack(watcher);
    }

    synchronized void received(PodMessage message, long now) {
        replica.take(message, now);
        isChanged = true;
    }

    /** Does what is due; says whether there is more to do soon. */
    synchronized boolean work(long now) {
        if (hasEnded) {
            return false;
        }
        replica.flush(now).forEach(publish);
        if (now >= showAt) {
            showAt = now + SHOW_EVERY_MILLIS + (upToDate.size() + waiting.size()) / WATCHERS_A_MILLISECOND;
            show(now);
        }
        return isChanged || !waiting.isEmpty() || replica.isWaiting();
    }

    /** Nobody on this pod has the topic any more. */
    synchronized void end() {
        hasEnded = true;
        replica.end().forEach(publish);
    }

    private void show(long now) {
        var entries = replica.entries();
        var difference = Difference.between(shown, entries);
        isChanged = false;
        if (!difference.isEmpty()) {
            shown = entries;
            shownBytes = entries.values().stream().mapToLong(Entry::size).sum();
            sendDiff(PresenceJson.diff(difference));
        }
        if (now >= firstStateAt && waiting.stream().anyMatch(Watcher::isReady)) {
            sendState(PresenceJson.state(shown.values()));
        }
    }

    private void sendDiff(String diff) {
        for (var watcher : List.copyOf(upToDate)) {
            if (watcher.isReady()) {
                watcher.diff(diff);
            } else {
                upToDate.remove(watcher);
                waiting.add(watcher);
            }
        }
    }

    private void sendState(String state) {
        for (var watcher : new ArrayList<>(waiting)) {
            if (watcher.isReady()) {
                watcher.state(state);
                waiting.remove(watcher);
                upToDate.add(watcher);
            }
        }
    }
}

package dev.together.realtime;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.inject.Singleton;

import dev.together.Settings;
import dev.together.identity.Caller;

/**
 * How many websockets of this process each user has, and the anon key, which everybody has: of its own those that have joined
 * nothing yet. Who joins as a user is counted as that user from then on. The service key may have them all.
 */
@Singleton
class HolderLimit {

    private static final String NOBODY = "";

    private final Map<RealtimeConnection, String> holders = new ConcurrentHashMap<>();
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();
    private final Settings.Realtime limits;

    HolderLimit(Settings settings) {
        this.limits = settings.realtime();
    }

    /** Whether one more may be opened with this caller's key. */
    boolean hasHeadroom(Caller caller) {
        return counts.getOrDefault(holder(caller), 0) < most(caller);
    }

    /** Begins to count a connection, for nobody yet. */
    void add(RealtimeConnection connection) {
        holders.put(connection, NOBODY);
        count(NOBODY, 1);
    }

    void remove(RealtimeConnection connection) {
        var holder = holders.remove(connection);
        if (holder != null) {
            count(holder, -1);
        }
    }

    /** Counts a connection for this caller from now on; says whether they may have it. */
    boolean admits(RealtimeConnection connection, Caller caller) {
        var holder = holder(caller);
        if (holder.equals(holders.get(connection))) {
            return true;
        }
        holders.computeIfPresent(connection, (any, before) -> {
            count(before, -1);
            count(holder, 1);
            return holder;
        });
        return counts.getOrDefault(holder, 0) <= most(caller);
    }

    private void count(String holder, int change) {
        counts.merge(holder, change, (before, more) -> before + more == 0 ? null : before + more);
    }

    private int most(Caller caller) {
        if (caller.isService()) {
            return limits.connections();
        }
        return caller.isUser() ? limits.connectionsPerUser() : limits.connectionsPerKey();
    }

    private static String holder(Caller caller) {
        return caller.userId() == null ? caller.role().claim() : caller.userId().toString();
    }
}

package dev.together.presence;

import java.util.LinkedHashMap;
import java.util.Map;

/** What another pod has said that its connections track: as of its last change that has come with all before it. */
class RemoteEntries {

    private static final long ASK_EVERY_MILLIS = 1_000;

    private Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<Integer, PodMessage> parts = new LinkedHashMap<>();
    private long version;
    private long newest;
    private long receivedAt;
    private long askedAt = Long.MIN_VALUE / 2;

    int size() {
        return entries.size();
    }

    void addTo(Map<String, Entry> all) {
        all.putAll(entries);
    }

    /** Takes a change, a part of a state, or a sign of life; whatever came before it may have been lost, or may come later. */
    void take(PodMessage message, long now) {
        receivedAt = now;
        newest = Math.max(newest, message.version());
        switch (message.kind()) {
            case CHANGE -> change(message);
            case STATE -> state(message);
            case ALIVE, ASK, GONE -> {
                // Says no more than that it is there.
            }
        }
    }

    boolean isSilentSince(long then) {
        return receivedAt < then;
    }

    /** Whether something of it has not come. */
    boolean isBehind() {
        return version < newest;
    }

    /** Whether its state should be asked for now; once in a while. */
    boolean isToBeAsked(long now) {
        boolean isDue = isBehind() && now - askedAt >= ASK_EVERY_MILLIS;
        if (isDue) {
            askedAt = now;
        }
        return isDue;
    }

    private void change(PodMessage message) {
        if (message.version() != version + 1) {
            return;
        }
        version = message.version();
        message.left().forEach(entries::remove);
        message.entered().forEach(entry -> entries.put(entry.ref(), entry));
    }

    private void state(PodMessage message) {
        if (message.version() <= version) {
            return;
        }
        parts.values().removeIf(part -> part.version() != message.version());
        parts.put(message.part(), message);
        if (parts.size() == message.parts()) {
            version = message.version();
            entries = new LinkedHashMap<>();
            parts.values().forEach(part -> part.entered().forEach(entry -> entries.put(entry.ref(), entry)));
            parts.clear();
        }
    }
}

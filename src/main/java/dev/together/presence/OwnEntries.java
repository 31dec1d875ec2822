package dev.together.presence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** What the connections of this pod track on a topic, and what of it was published to the other pods. */
class OwnEntries {

    private static final long ALIVE_EVERY_MILLIS = 2_000;
    private static final long STATE_EVERY_MILLIS = 500;
    /** With the quotes that it needs, and what stands around it, it fits into the least that a broker takes at a time. */
    private static final int MOST_CHARACTERS = 16_384;

    final String writer;
    private final Map<Object, Entry> current = new LinkedHashMap<>();
    private Map<String, Entry> published = Map.of();
    private long version;
    private boolean isStateWanted;
    private long aliveAt = Long.MIN_VALUE / 2;
    private long stateAt = Long.MIN_VALUE / 2;

    OwnEntries(String writer) {
        this.writer = writer;
    }

    /** The holder tracks this and nothing else. */
    void put(Object holder, Entry entry) {
        current.put(holder, entry);
    }

    /** The holder tracks nothing; gives what it tracked. */
    @Nullable
    Entry remove(Object holder) {
        return current.remove(holder);
    }

    @Nullable
    Entry of(Object holder) {
        return current.get(holder);
    }

    int size() {
        return current.size();
    }

    void addTo(Map<String, Entry> all) {
        current.values().forEach(entry -> all.put(entry.ref(), entry));
    }

    /** Somebody asks for all of it. */
    void wantState() {
        isStateWanted = version > 0;
    }

    /** Whether there is something to publish without waiting for more. */
    boolean isWaiting() {
        return isStateWanted;
    }

    /** What is to be published now. */
    List<PodMessage> flush(long now) {
        var messages = changes();
        if (isStateWanted && now - stateAt >= STATE_EVERY_MILLIS) {
            isStateWanted = false;
            stateAt = now;
            messages.addAll(state());
        }
        if (messages.isEmpty() && !published.isEmpty() && now - aliveAt >= ALIVE_EVERY_MILLIS) {
            messages.add(PodMessage.alive(writer, version));
        }
        if (!messages.isEmpty()) {
            aliveAt = now;
        }
        return messages;
    }

    private List<PodMessage> changes() {
        var now = new LinkedHashMap<String, Entry>();
        addTo(now);
        var change = Difference.between(published, now);
        published = now;
        return change.isEmpty() ? new ArrayList<>() : messages(parts(change.entered()), refs(change.left()));
    }

    /** The first of what left goes with the first of what entered, so that nobody is seen to leave who has changed only. */
    private List<PodMessage> messages(List<List<Entry>> entered, List<List<String>> left) {
        var messages = new ArrayList<PodMessage>();
        for (int i = 0; i < Math.max(entered.size(), left.size()); i++) {
            messages.add(PodMessage.change(writer, ++version, i < entered.size() ? entered.get(i) : List.of(),
                    i < left.size() ? left.get(i) : List.of()));
        }
        return messages;
    }

    private List<PodMessage> state() {
        var parts = parts(published.values());
        var messages = new ArrayList<PodMessage>();
        for (var part : parts) {
            messages.add(PodMessage.state(writer, version, messages.size(), parts.size(), part));
        }
        return messages;
    }

    private static List<List<String>> refs(List<Entry> left) {
        return parts(left).stream().map(part -> part.stream().map(Entry::ref).toList()).toList();
    }

    /** The entries in parts that a broker takes; one that is empty where there are none. */
    private static List<List<Entry>> parts(Iterable<Entry> entries) {
        var parts = new ArrayList<List<Entry>>();
        parts.add(new ArrayList<>());
        int characters = 0;
        for (var entry : entries) {
            if (characters + entry.size() > MOST_CHARACTERS) {
                parts.add(new ArrayList<>());
                characters = 0;
            }
            characters += entry.size();
            parts.get(parts.size() - 1).add(entry);
        }
        return parts;
    }
}

package dev.together.presence;

import java.util.List;
import java.util.Map;

/** What has entered and what has left. */
record Difference(List<Entry> entered, List<Entry> left) {

    /** What is by its ref in one and not in the other. */
    static Difference between(Map<String, Entry> before, Map<String, Entry> after) {
        return new Difference(without(after, before), without(before, after));
    }

    boolean isEmpty() {
        return entered.isEmpty() && left.isEmpty();
    }

    private static List<Entry> without(Map<String, Entry> all, Map<String, Entry> these) {
        return all.values().stream().filter(entry -> !these.containsKey(entry.ref())).toList();
    }
}

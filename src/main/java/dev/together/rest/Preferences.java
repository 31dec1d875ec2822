package dev.together.rest;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import jakarta.ws.rs.container.ContainerRequestContext;

import dev.together.http.RestFailure;

/** What {@code Prefer} asks; the answer says which of it was done. */
record Preferences(List<String> asked) {

    private static final Set<String> COUNTS = Set.of("count=exact", "count=planned", "count=estimated");
    private static final Set<String> OTHERS = Set.of("return=representation", "return=minimal", "return=headers-only",
            "resolution=merge-duplicates", "resolution=ignore-duplicates", "missing=default", "handling=strict",
            "handling=lenient");

    static Preferences of(ContainerRequestContext request) {
        var header = request.getHeaders().getOrDefault("prefer", List.of());
        var asked = header.stream().flatMap(line -> Arrays.stream(line.split(","))).map(word -> word.strip().replace(" ", ""))
                .filter(word -> !word.isEmpty()).distinct().toList();
        var unknown = asked.stream().filter(word -> !COUNTS.contains(word) && !OTHERS.contains(word)).toList();
        if (asked.contains("handling=strict") && !unknown.isEmpty()) {
            throw new RestFailure(400, "PGRST122", "Invalid preferences given with handling=strict",
                    "Invalid preferences: " + String.join(", ", unknown));
        }
        return new Preferences(asked);
    }

    /** An estimate is asked for because it is cheap; here it is as exact as the count. */
    boolean isCounted() {
        return asked.stream().anyMatch(COUNTS::contains);
    }

    /** What of these was done, as a header; empty where nothing was. */
    String applied() {
        return asked.stream().filter(word -> word.equals("count=exact") || word.startsWith("handling="))
                .collect(Collectors.joining(", "));
    }
}

package dev.together.identity;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The opaque keys of the configuration: each entry is {@code key:role}, the role {@code anon} or {@code service_role}. */
public class ApiKeys {

    private static final Set<Role> ROLES = EnumSet.of(Role.ANON, Role.SERVICE_ROLE);

    /** What is shorter could be guessed. */
    private static final int SHORTEST = 20;

    private ApiKeys() {
    }

    /** The role of each key; fails with what the list must be, in words that repeat no key. */
    public static Map<String, Role> of(List<String> entries) {
        var roles = new HashMap<String, Role>();
        for (int at = 0; at < entries.size(); at++) {
            var entry = entries.get(at);
            if (entry.isBlank()) {
                continue;
            }
            int colon = entry.lastIndexOf(':');
            var key = entry.substring(0, Math.max(colon, 0)).strip();
            var role = role(entry.substring(colon + 1).strip());
            if (key.isEmpty() || role.isEmpty()) {
                throw new IllegalArgumentException("must be a list of key:anon or key:service_role; its entry "
                        + (at + 1) + " of " + entries.size() + " is not");
            }
            if (key.length() < SHORTEST) {
                throw new IllegalArgumentException("must have keys of at least " + SHORTEST + " characters; its entry "
                        + (at + 1) + " of " + entries.size() + " is shorter");
            }
            if (roles.put(key, role.get()) != null) {
                throw new IllegalArgumentException("must name each key once; its entry " + (at + 1) + " is a repeat");
            }
        }
        return Map.copyOf(roles);
    }

    private static Optional<Role> role(String name) {
        return ROLES.stream().filter(role -> role.claim().equals(name)).findFirst();
    }
}

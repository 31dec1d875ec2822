package dev.together.presence;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * What one connection tracks.
 *
 * @param ref its {@code phx_ref}: another one whenever anything of it changes
 * @param key under which clients see it, maybe with others
 * @param meta what clients see, as JSON: the refs and what the connection said
 */
@RegisterForReflection
record Entry(String ref, String key, String meta) {

    int size() {
        return ref.length() + key.length() + meta.length();
    }
}

package dev.together.bench;

import java.util.UUID;

/** Somebody who talks and listens. */
record Person(UUID id, String token) {
}

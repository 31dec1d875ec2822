package dev.together.assistant;

import java.util.UUID;

/** Which run, and of which conversation. */
record RunKey(UUID chatId, UUID runId) {
}

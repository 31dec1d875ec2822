package dev.together.message;

import java.util.UUID;

/**
 * A run that may begin with a message.
 *
 * @param isAnalyze whether the sender asks for an answer
 * @param handlers which modes have an assistant
 */
record RunDraft(UUID id, boolean isAnalyze, RunModes handlers) {
}

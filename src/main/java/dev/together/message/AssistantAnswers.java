package dev.together.message;

import java.util.Collection;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.smallrye.mutiny.Uni;

/** What becomes of the runs that messages begin and end; it is said in another package, which knows this one. */
public interface AssistantAnswers {

    /** A run is committed with the message that it answers: its handler is to be called. It must not block, nor fail. */
    void begun(UUID chatId, UUID runId, Collection<UUID> users);

    /** Stores the message that ends a run, and tells everyone; where it has ended, nothing, and gives the message that did. */
    Uni<Message> end(RunEnd end);

    /**
     * The message that ends a run.
     *
     * @param text what was streamed where it is null
     * @param status {@code complete}, {@code cancelled} or {@code error}
     * @param meta a JSON object, as text
     */
    record RunEnd(UUID chatId, UUID runId, @Nullable String text, String status, @Nullable UUID userId,
            @Nullable String userName, String meta) {
    }
}

package dev.together.assistant;

import java.util.Collection;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;

import dev.together.channel.EventPublisher;
import dev.together.event.Event;
import dev.together.event.Event.Broadcast;
import dev.together.log.LogEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** What is published of runs while they last: live only. What of it is lost, the next of it or the end makes good. */
@Singleton
class RunEvents {

    private final EventPublisher publisher;

    RunEvents(EventPublisher publisher) {
        this.publisher = publisher;
    }

    /** The payload of {@code assistant-thinking}. */
    @RegisterForReflection
    record Thinking(UUID chatId, UUID runId, String status) {
    }

    /**
     * The payload of {@code assistant-stream}.
     *
     * @param messageId of the message that will end the run
     * @param offset where the text begins in the whole, in units of UTF-16
     */
    @RegisterForReflection
    @JsonInclude(Include.NON_NULL)
    record Stream(UUID chatId, UUID runId, UUID messageId, int seq, String op, int offset, String text, String status,
            @Nullable String tool) {
    }

    void thinking(RunKey run, Collection<UUID> users) {
        publish(users, event("assistant-thinking", new Thinking(run.chatId(), run.runId(), "thinking")));
    }

    void idle(RunKey run, Collection<UUID> users) {
        publish(users, event("assistant-thinking", new Thinking(run.chatId(), run.runId(), "idle")));
    }

    void stream(Stream part, Collection<UUID> users) {
        publish(users, event("assistant-stream", part));
    }

    /** What cannot be published now is no failure of what was committed. */
    void publish(Collection<UUID> users, Event event) {
        try {
            publisher.publish(users, event);
        } catch (RuntimeException e) {
            LogEvent.warn(RunEvents.class, "assistant_broadcast_failed").with("name", event.name()).with(e).log();
        }
    }

    private static Broadcast event(String name, Object payload) {
        return new Broadcast(UUID.randomUUID().toString(), name, payload);
    }
}

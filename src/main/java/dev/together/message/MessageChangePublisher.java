package dev.together.message;

import java.util.Collection;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.together.channel.EventPublisher;
import dev.together.event.Event;
import dev.together.log.LogEvent;
import dev.together.trace.Traces;
import io.smallrye.mutiny.Uni;

/** Publisher of edits, deletions and read marks, once they are committed. What cannot leave now stays in the outbox. */
@Singleton
class MessageChangePublisher {

    private final EventPublisher publisher;
    private final Traces traces;

    MessageChangePublisher(EventPublisher publisher, Traces traces) {
        this.publisher = publisher;
        this.traces = traces;
    }

    /** @param operation what traces call it */
    Uni<MessageChange> published(String operation, Uni<MessageChange> change) {
        return traces.stored(operation, change).invoke(done -> publish(done.users(), done.event()));
    }

    /** @param event null where nothing changed */
    void publish(Collection<UUID> users, @Nullable Event event) {
        if (event == null) {
            return;
        }
        try {
            publisher.publish(users, event);
        } catch (RuntimeException e) {
            LogEvent.warn(MessageChangePublisher.class, "message_change_broadcast_failed").with("event_id", event.id()).with(e)
                    .log();
        }
    }
}

package dev.together.replay;

import jakarta.inject.Singleton;

import com.fasterxml.jackson.databind.util.RawValue;

import dev.together.channel.EventPublisher;
import dev.together.event.EncodedEvent;
import dev.together.event.Event;
import dev.together.event.Event.ConversationUpdate;
import dev.together.event.EventPosition;
import io.vertx.mutiny.sqlclient.Row;

/** Rows of the store as the events they are. */
@Singleton
class Events {

    /** The columns that {@link #update} reads. */
    static final String COLUMNS = """
            u.conversation_id, u.revision, u.id, u.event_type, u.data, u.previous_at, u.floor, u.created_at""";

    private final EventPublisher publisher;

    Events(EventPublisher publisher) {
        this.publisher = publisher;
    }

    /** The event that this row of conversation_updates keeps. */
    static ConversationUpdate update(Row row) {
        var previous = row.getOffsetDateTime("previous_at");
        var floor = row.getLong("floor");
        var position = new EventPosition(row.getUUID("conversation_id"), EventPosition.Kind.CONVERSATION,
                row.getLong("revision"),
                row.getOffsetDateTime("created_at").toInstant().toEpochMilli(),
                previous == null ? EventPosition.NOTHING_BEFORE : previous.toInstant().toEpochMilli(),
                floor == null ? EventPosition.SAME_VISIBILITY : floor);
        return new ConversationUpdate(row.getUUID("id").toString(), position, row.getString("event_type"),
                new RawValue(row.getString("data")));
    }

    EncodedEvent encode(Event event) {
        return publisher.encode(event);
    }
}

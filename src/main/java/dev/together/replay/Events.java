package dev.together.replay;

import jakarta.inject.Singleton;

import com.fasterxml.jackson.databind.util.RawValue;

import dev.together.broker.Place;
import dev.together.broker.Publication;
import dev.together.channel.Channels;
import dev.together.channel.Event;
import dev.together.channel.Event.ConversationUpdate;
import io.vertx.mutiny.sqlclient.Row;

/** Rows of the store as the events they are. */
@Singleton
class Events {

    /** The columns that {@link #update} reads. */
    static final String COLUMNS = """
            u.conversation_id, u.revision, u.id, u.event_type, u.data, u.previous_at, u.floor, u.created_at""";

    private final Channels channels;

    Events(Channels channels) {
        this.channels = channels;
    }

    /** The event that this row of conversation_updates keeps. */
    static ConversationUpdate update(Row row) {
        var previous = row.getOffsetDateTime("previous_at");
        var floor = row.getLong("floor");
        var place = new Place(row.getUUID("conversation_id"), Place.Kind.CONVERSATION, row.getLong("revision"),
                row.getOffsetDateTime("created_at").toInstant().toEpochMilli(),
                previous == null ? Place.NOTHING_BEFORE : previous.toInstant().toEpochMilli(),
                floor == null ? Place.NO_FLOOR : floor);
        return new ConversationUpdate(row.getUUID("id").toString(), place, row.getString("event_type"),
                new RawValue(row.getString("data")));
    }

    Publication encode(Event event) {
        return channels.encode(event);
    }
}

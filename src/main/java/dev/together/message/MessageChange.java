package dev.together.message;

import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.together.event.Event;
import dev.together.event.Event.DeletedMessage;
import dev.together.event.Event.MessageDelete;
import dev.together.event.Event.MessageUpdate;
import dev.together.event.EventPosition;
import dev.together.event.EventPosition.MessageRef;
import io.vertx.mutiny.sqlclient.Row;

/**
 * What became of a message that somebody wanted to edit or delete; committed.
 *
 * @param event null where nothing changed
 * @param users whom the event concerns
 */
record MessageChange(Message message, @Nullable Event event, List<UUID> users) {

    /** What {@link #event} reads beside the columns of the message. */
    static final String COLUMNS = "u.change_number, u.id as change_id, u.event_type, u.created_at as changed_at,"
            + " u.previous_at as previously_changed_at";

    static MessageChange none(Message message) {
        return new MessageChange(message, null, List.of());
    }

    /** The event of the change in this row, with the message as it is now. */
    static Event event(Row row) {
        var message = Message.from(row);
        var previous = row.getOffsetDateTime("previously_changed_at");
        var position = EventPosition.ofChange(message.chatId(), row.getLong("change_number"),
                row.getOffsetDateTime("changed_at").toInstant().toEpochMilli(),
                previous == null ? EventPosition.NOTHING_BEFORE : previous.toInstant().toEpochMilli(),
                new MessageRef(message.messageNumber(), message.createdAt().toEpochMilli()));
        var id = row.getUUID("change_id").toString();
        if (row.getString("event_type").equals("delete") && message.deletedAt() != null) {
            return new MessageDelete(id, position, message.chatId(),
                    new DeletedMessage(message.id(), message.messageNumber(), message.deletedAt()));
        }
        return new MessageUpdate(id, position, message.chatId(), message);
    }
}

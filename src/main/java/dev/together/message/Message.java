package dev.together.message;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonRawValue;

import dev.together.event.Event.MessageInsert;
import dev.together.event.EventPosition;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;

/**
 * A stored message, as clients receive it.
 *
 * @param messageNumber its position in the conversation: 1, 2, 3 … without holes
 * @param role {@code user}, {@code assistant} or {@code system}
 * @param userId who said it; null where nobody in particular did
 * @param meta a JSON object, as text
 * @param editedAt when its text was changed last; absent where it never was
 * @param deletedAt when it was deleted, and its text with it; absent where it was not
 */
@RegisterForReflection
public record Message(UUID id, UUID chatId, long messageNumber, String role, String text, @Nullable UUID userId,
        @Nullable String userName, @Nullable String clientMsgId, String status, String mode, @JsonRawValue String meta,
        boolean contextInjected, Instant createdAt, @JsonInclude(Include.NON_NULL) @Nullable Instant editedAt,
        @JsonInclude(Include.NON_NULL) @Nullable Instant deletedAt) {

    /** The columns that {@link #from} reads. */
    public static final String COLUMNS = """
            m.id, m.chat_id, m.message_number, m.role, m.text, m.user_id, m.user_name, m.client_msg_id, m.status, m.mode,
            m.meta::text as meta, m.context_injected, m.created_at, m.previous_at,
            m.edited_at, m.deleted_at""";

    /** The same as the table has them; never {@code *}, which changes its meaning when a column is added. */
    public static String stored(String alias) {
        return COLUMNS.replace("m.meta::text as meta", "m.meta").replace("m.", alias + ".");
    }

    public static Message from(Row row) {
        return new Message(row.getUUID("id"), row.getUUID("chat_id"), row.getLong("message_number"), row.getString("role"),
                row.getString("text"), row.getUUID("user_id"), row.getString("user_name"), row.getString("client_msg_id"),
                row.getString("status"), row.getString("mode"), row.getString("meta"), row.getBoolean("context_injected"),
                row.getOffsetDateTime("created_at").toInstant(), instant(row, "edited_at"), instant(row, "deleted_at"));
    }

    private static @Nullable Instant instant(Row row, String column) {
        var time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }

    /** The event that tells of the message in this row. */
    public static MessageInsert event(Row row) {
        var message = from(row);
        var previous = row.getOffsetDateTime("previous_at");
        var previousAt = previous == null ? EventPosition.NOTHING_BEFORE : previous.toInstant().toEpochMilli();
        var position = EventPosition.ofMessage(message.chatId, message.messageNumber, message.createdAt.toEpochMilli(),
                previousAt);
        return new MessageInsert(message.id.toString(), position, message.chatId, message);
    }
}

package dev.together.event;

import java.time.Instant;
import java.util.Collection;
import java.util.UUID;

import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;

/**
 * Where one event is in the store.
 *
 * @param first the number of the first event that it stands for; its own where it stands for itself alone
 * @param id the event's {@link Event#id}
 * @param at when it was committed
 * @param bytes roughly what it takes
 */
public record EventRef(StreamId stream, long first, long number, UUID id, Instant at, int bytes) {

    /** Of a row with the columns {@code chat_id, first, number, id, created_at, bytes}. */
    public static EventRef of(Row row, StreamId.Kind kind) {
        return new EventRef(new StreamId(row.getUUID("chat_id"), kind), row.getLong("first"), row.getLong("number"),
                row.getUUID("id"), row.getOffsetDateTime("created_at").toInstant(), row.getInteger("bytes"));
    }

    /** Four arrays, as parameters of a statement: conversations, numbers, ids, firsts. */
    public static Tuple keys(Collection<EventRef> refs) {
        return Tuple.of(refs.stream().map(ref -> ref.stream.chatId()).toArray(UUID[]::new),
                refs.stream().map(EventRef::number).toArray(Long[]::new),
                refs.stream().map(EventRef::id).toArray(UUID[]::new),
                refs.stream().map(EventRef::first).toArray(Long[]::new));
    }
}

package dev.together.event;

import java.util.List;
import java.util.UUID;

import io.vertx.mutiny.sqlclient.Tuple;

/** An entry of the outbox: the event with this number of this stream is committed and not known to be published. */
public record OutboxEntry(StreamId stream, long number) {

    static OutboxEntry of(EventPosition position) {
        return new OutboxEntry(position.stream(), position.number());
    }

    /** Two arrays, as parameters of a statement: conversations, numbers. */
    public static Tuple keys(List<OutboxEntry> entries) {
        return Tuple.of(chatIds(entries), numbers(entries));
    }

    /** Three arrays, as parameters of a statement: conversations, kinds as tables spell them, numbers. */
    public static Tuple keysOfAllKinds(List<OutboxEntry> entries) {
        return Tuple.of(chatIds(entries),
                entries.stream().map(entry -> entry.stream.kind().column()).toArray(String[]::new), numbers(entries));
    }

    private static UUID[] chatIds(List<OutboxEntry> entries) {
        return entries.stream().map(entry -> entry.stream.chatId()).toArray(UUID[]::new);
    }

    private static Long[] numbers(List<OutboxEntry> entries) {
        return entries.stream().map(OutboxEntry::number).toArray(Long[]::new);
    }
}

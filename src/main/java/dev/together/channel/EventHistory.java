package dev.together.channel;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import dev.together.event.EncodedEvent;
import dev.together.event.EventPosition;
import dev.together.event.Gap;
import io.smallrye.mutiny.Uni;

/** Reads events back from the store, as they were or would have been published. */
public interface EventHistory {

    /** What the store has for this user in the gap, in order. */
    Uni<List<EncodedEvent>> missing(UUID userId, Gap gap);

    /**
     * What this user should have received since then: the newest {@code limit} events.
     *
     * @param since by the database's clock
     */
    Uni<MissedEvents> since(UUID userId, Instant since, int limit);

    /**
     * The same for a client that was away, which is told state as state: of several updates of a conversation what came of
     * them, by the newest.
     */
    Uni<MissedEvents> stateSince(UUID userId, Instant since, int limit);

    /** The events of a page of {@link MissedEvents}, in order; what is not kept any more is left out. */
    Uni<List<EncodedEvent>> read(List<EventRef> page);

    /**
     * Where events are in the store.
     *
     * @param events oldest first
     * @param isCut whether there were more than asked for
     */
    record MissedEvents(List<EventRef> events, boolean isCut) {

        private static final long PAGE_BYTES = 256 * 1024;

        /** The same in parts, so that few of them are in memory at a time: each of 256 KiB at most, or of one event. */
        public List<List<EventRef>> pages() {
            var pages = new ArrayList<List<EventRef>>();
            long room = 0;
            for (var event : events) {
                room -= event.bytes();
                if (room < 0 || pages.isEmpty()) {
                    pages.add(new ArrayList<>());
                    room = PAGE_BYTES - event.bytes();
                }
                pages.get(pages.size() - 1).add(event);
            }
            return pages;
        }
    }

    /**
     * Where one event is in the store.
     *
     * @param first the number of the first that it stands for; its own where it stands for itself alone
     * @param bytes roughly what it takes
     */
    record EventRef(EventPosition.Kind kind, UUID chatId, long first, long number, UUID id, int bytes) {
    }
}

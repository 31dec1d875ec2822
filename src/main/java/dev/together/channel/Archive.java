package dev.together.channel;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import dev.together.broker.Publication;
import io.smallrye.mutiny.Uni;

/** Reads events back from the store, as they were or would have been published. */
public interface Archive {

    /** What the store has for this user in the hole, in order. */
    Uni<List<Publication>> missing(UUID userId, Hole hole);

    /**
     * What this user should have received since then: the newest {@code limit} events, oldest first.
     *
     * @param since by the database's clock
     */
    Uni<Page> since(UUID userId, Instant since, int limit);

    /**
     * Events in order.
     *
     * @param isCut whether there were more than asked for
     */
    record Page(List<Publication> events, boolean isCut) {
    }
}

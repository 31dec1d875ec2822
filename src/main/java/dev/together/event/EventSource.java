package dev.together.event;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;

/** The stored events of one kind, read back as they were or would have been published; a feature that stores events has one. */
public interface EventSource {

    StreamId.Kind kind();

    /**
     * Where the events are that this user should have received since then: the newest {@code limit}, in any order.
     *
     * @param since by the database's clock
     */
    Uni<List<EventRef>> since(UUID userId, Instant since, int limit);

    /** The same for a client that was away, to which state may be sent as state: the newest in place of those before it. */
    Uni<List<EventRef>> stateSince(UUID userId, Instant since, int limit);

    /** The events themselves, in any order; what is not kept any more is left out. */
    Uni<List<Event>> read(List<EventRef> refs);

    /** What there is for this user in the gap, in order. */
    Uni<List<Event>> missing(UUID userId, Gap gap);

    /** What each of the outbox's entries takes in memory, roughly, in bytes: one number an entry. */
    Uni<List<Long>> sizes(SqlConnection connection, List<OutboxEntry> due);

    /** The events of the outbox's entries and whom they concern, in order; what is not kept any more is left out. */
    Uni<List<AddressedEvent>> due(SqlConnection connection, List<OutboxEntry> due);

    /** An event and whom it concerns. */
    record AddressedEvent(Event event, List<UUID> users) {
    }
}

package dev.together.channel;

import java.time.Instant;
import java.util.UUID;

import io.smallrye.mutiny.Uni;

/** What is published live only, and lasts: who joins gets it as it is now. */
public interface LiveState {

    /** Publishes it to the user, and what of it has ended since; never fails. */
    Uni<Void> publish(UUID user, Instant since);
}

package dev.together.conversation;

import java.util.function.Function;

import jakarta.inject.Singleton;

import dev.together.channel.EventPublisher;
import dev.together.http.Failure;
import dev.together.identity.Caller;
import dev.together.trace.Traces;
import io.smallrye.mutiny.Uni;

/**
 * Changes of conversations as functions make them: counted against their caller's rate, traced, and published once committed.
 */
@Singleton
class ConversationChanges {

    private final EventPublisher publisher;
    private final ChangeRate rate;
    private final Traces traces;

    ConversationChanges(EventPublisher publisher, ChangeRate rate, Traces traces) {
        this.publisher = publisher;
        this.rate = rate;
        this.traces = traces;
    }

    /**
     * Makes the change that its caller, a user or the service key, asks for.
     *
     * @param operation what traces call it
     */
    Uni<ConversationChange> by(Caller caller, String operation, Function<Actor, Uni<ConversationChange>> change) {
        return uncounted(operation, change.apply(admitted(caller)));
    }

    /**
     * Who makes a change that is no event for anybody.
     *
     * @throws Failure 429 when it is more than allowed now
     */
    Actor admitted(Caller caller) {
        var actor = Actor.of(caller);
        actor.user().ifPresent(rate::admit);
        return actor;
    }

    /** The same for what has no rate of its own. */
    Uni<ConversationChange> uncounted(String operation, Uni<ConversationChange> change) {
        return traces.stored("conversations." + operation, change).invoke(done -> done.publishTo(publisher));
    }
}

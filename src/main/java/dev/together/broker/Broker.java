package dev.together.broker;

import java.time.Instant;
import java.util.Collection;

import dev.together.event.EncodedEvent;
import io.smallrye.mutiny.Uni;

/**
 * Moves encoded events between pods by subject, at most once.
 *
 * <p>
 * Nothing is kept: what is published while nobody listens is gone. The database is the truth, so a lost event costs
 * a read of the store, never a message. Events of one pod on one subject arrive in the order they were published.
 */
public interface Broker {

    /** Hears what arrives at this pod; it must not block. */
    interface Receiver {

        void received(String subject, EncodedEvent event);

        /** The same, on each of these subjects. */
        default void received(Collection<String> subjects, EncodedEvent event) {
            subjects.forEach(subject -> received(subject, event));
        }

        /** What was published since then, by this pod's clock, may not have arrived here; from now on it does. */
        void mayHaveMissed(Instant since);
    }

    /** Says who hears; called once, before anything else. */
    void connect(Receiver receiver);

    /** Completes when everything published from now on, by any pod, arrives here; fails when that cannot be known now. */
    Uni<Void> subscribe(String subject);

    void unsubscribe(String subject);

    /**
     * Hands the event over, once for each subject, without waiting.
     *
     * @throws IllegalStateException when it cannot leave this pod now
     */
    void publish(Collection<String> subjects, EncodedEvent event);

    /** How often the way out was lost so far; read it before publishing what is to be flushed. */
    long epoch();

    /**
     * Completes when everything published since {@link #epoch} was so many has left this pod for good; fails when that is
     * not known, because the way out was lost since then or does not answer.
     */
    Uni<Void> flush(long epoch);

    /** Whether events can leave and arrive now. */
    boolean isConnected();
}

package dev.together.broker;

import java.time.Instant;
import java.util.Collection;

import io.smallrye.mutiny.Uni;

/**
 * Moves encoded events between pods by subject, at most once.
 *
 * <p>
 * Nothing is kept: what is published while nobody listens is gone. The database is the truth, so a lost publication costs
 * a read of the store, never a message. Publications of one pod on one subject arrive in the order they were published.
 */
public interface Broker {

    /** Hears what arrives at this pod; it must not block. */
    interface Receiver {

        void received(String subject, Publication publication);

        /** What was published since then may not have arrived here. */
        void mayHaveMissed(Instant since);
    }

    /** Says who hears; called once, before anything else. */
    void connect(Receiver receiver);

    /** Completes when everything published from now on, by any pod, arrives here. */
    Uni<Void> subscribe(String subject);

    void unsubscribe(String subject);

    /**
     * Hands the publication over, once for each subject, without waiting.
     *
     * @throws IllegalStateException when it cannot leave this pod now
     */
    void publish(Collection<String> subjects, Publication publication);

    /** Completes when everything published so far has left this pod for good; fails when that is not known. */
    Uni<Void> flush();

    /** Whether publications can leave and arrive now. */
    boolean isConnected();
}

package dev.together.channel;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

import dev.together.event.EncodedEvent;
import dev.together.event.Gap;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;

/** Everything live of one subject on this pod: who listens, and for a user's the order of what arrives. */
class LocalChannel {

    private static final int MOST_HELD = 1_000;
    private static final long ASK_AGAIN_MILLIS = 1_000;

    final Uni<Void> subscribed;
    final @Nullable UUID userId;
    /** Where what arrives is looked at, so that one event for many wakes each event loop once; null for where it arrives. */
    final @Nullable Context home;
    private @Nullable Sequencer sequencer;
    private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
    private @Nullable Gap filling;

    /**
     * @param subscribed completes when everything published from now on arrives here
     * @param userId whose channel it is; null for an open topic, which has no order
     * @param home the context of the first connection, if any
     * @param liveSince nothing older may be missing, by the database's clock
     */
    LocalChannel(Uni<Void> subscribed, @Nullable UUID userId, @Nullable Context home, long liveSince) {
        this.subscribed = subscribed;
        this.userId = userId;
        this.home = home;
        this.sequencer = userId == null ? null : new Sequencer(liveSince);
    }

    void add(Listener listener) {
        listeners.addIfAbsent(listener);
    }

    /** Whether nobody is left. */
    boolean remove(Listener listener) {
        listeners.remove(listener);
        return listeners.isEmpty();
    }

    /** How many connections listen. */
    int size() {
        return (int) listeners.stream().filter(Listener::isConnection).count();
    }

    /** Delivers what is in order now; says whether something waits for its predecessor. */
    synchronized boolean received(EncodedEvent event, long now) {
        if (sequencer == null) {
            deliver(List.of(event));
            return false;
        }
        deliver(sequencer.accept(event, now));
        return sequencer.isWaiting();
    }

    /** The gap that waits for longer than this and nobody reads the store for yet. */
    synchronized Optional<Gap> gapOpenSince(long then) {
        if (sequencer == null || filling != null) {
            return Optional.empty();
        }
        var gap = sequencer.openSince(then);
        filling = gap.orElse(null);
        return gap;
    }

    synchronized void filled(Gap gap, List<EncodedEvent> found, long now) {
        if (sequencer != null && isFilling(gap)) {
            filling = null;
            deliver(sequencer.fill(gap, found, now));
        }
    }

    /** The store could not be asked, and is asked again after a while; gives up on the connections when too much waits. */
    synchronized void notFilled(Gap gap, long now) {
        if (sequencer == null || !isFilling(gap)) {
            return;
        }
        filling = null;
        sequencer.postpone(gap, now + ASK_AGAIN_MILLIS);
        if (sequencer.held() > MOST_HELD) {
            interrupt(now);
        }
    }

    synchronized boolean isWaiting() {
        return sequencer != null && sequencer.isWaiting();
    }

    /** Gives up on everybody who listens: they come back and read the store. Who joins meanwhile is on a new order. */
    synchronized void interrupt(long now) {
        filling = null;
        if (sequencer != null) {
            sequencer = new Sequencer(now - Sequencer.SLACK_MILLIS);
        }
        listeners.forEach(Listener::interrupt);
    }

    /** Whether the store is still asked for this one: after an interruption its answer is for nobody. */
    @SuppressWarnings("ReferenceEquality") // the same gap of another order is another
    private boolean isFilling(Gap gap) {
        return filling == gap;
    }

    private void deliver(List<EncodedEvent> ready) {
        for (var event : ready) {
            for (var listener : listeners) {
                listener.deliver(event);
            }
        }
    }
}

package dev.together.channel;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

import dev.together.broker.Publication;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;

/** Everything live of one subject on this pod: who listens, and for a user's the order of what arrives. */
class Channel {

    private static final int MOST_HELD = 1_000;
    private static final long ASK_AGAIN_MILLIS = 1_000;

    final Uni<Void> subscribed;
    final @Nullable UUID userId;
    /** Where what arrives is looked at, so that one event for many wakes each event loop once; null for where it arrives. */
    final @Nullable Context home;
    private @Nullable Order order;
    private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
    private @Nullable Hole filling;

    /**
     * @param subscribed completes when everything published from now on arrives here
     * @param userId whose channel it is; null for an open topic, which has no order
     * @param home the context of the first connection, if any
     * @param liveSince nothing older may be missing, by the database's clock
     */
    Channel(Uni<Void> subscribed, @Nullable UUID userId, @Nullable Context home, long liveSince) {
        this.subscribed = subscribed;
        this.userId = userId;
        this.home = home;
        this.order = userId == null ? null : new Order(liveSince);
    }

    void add(Listener listener) {
        listeners.addIfAbsent(listener);
    }

    /** Whether nobody is left. */
    boolean remove(Listener listener) {
        listeners.remove(listener);
        return listeners.isEmpty();
    }

    int size() {
        return listeners.size();
    }

    /** Delivers what is in order now; says whether something waits for its predecessor. */
    synchronized boolean received(Publication publication, long now) {
        if (order == null) {
            deliver(List.of(publication));
            return false;
        }
        deliver(order.accept(publication, now));
        return order.isWaiting();
    }

    /** The hole that waits for longer than this and nobody reads the store for yet. */
    synchronized Optional<Hole> holeOpenSince(long then) {
        if (order == null || filling != null) {
            return Optional.empty();
        }
        var hole = order.openSince(then);
        filling = hole.orElse(null);
        return hole;
    }

    synchronized void filled(Hole hole, List<Publication> found, long now) {
        if (order != null && isFilling(hole)) {
            filling = null;
            deliver(order.fill(hole, found, now));
        }
    }

    /** The store could not be asked, and is asked again after a while; gives up on the connections when too much waits. */
    synchronized void notFilled(Hole hole, long now) {
        if (order == null || !isFilling(hole)) {
            return;
        }
        filling = null;
        order.postpone(hole, now + ASK_AGAIN_MILLIS);
        if (order.held() > MOST_HELD) {
            interrupt(now);
        }
    }

    synchronized boolean isWaiting() {
        return order != null && order.isWaiting();
    }

    /** Gives up on everybody who listens: they come back and read the store. Who joins meanwhile is on a new order. */
    synchronized void interrupt(long now) {
        filling = null;
        if (order != null) {
            order = new Order(now - Order.SLACK_MILLIS);
        }
        listeners.forEach(Listener::interrupt);
    }

    /** Whether the store is still asked for this one: after an interruption its answer is for nobody. */
    @SuppressWarnings("ReferenceEquality") // the same hole of another order is another
    private boolean isFilling(Hole hole) {
        return filling == hole;
    }

    private void deliver(List<Publication> ready) {
        for (var publication : ready) {
            for (var listener : listeners) {
                listener.deliver(publication);
            }
        }
    }
}

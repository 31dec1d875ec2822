package dev.together.realtime;

import java.util.ArrayDeque;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.together.event.EncodedEvent;
import dev.together.event.EventRef;

/**
 * What a {@link Subscription} sends before what arrives live: pages to be read from the store, the events of the page that was
 * read last, then what was buffered meanwhile. To be used under the subscription's lock.
 */
class CatchUp {

    private final QueueBudget budget;
    private final ArrayDeque<List<EventRef>> pages = new ArrayDeque<>(0);
    private final ArrayDeque<EncodedEvent> missed = new ArrayDeque<>(0);
    private final ArrayDeque<EncodedEvent> buffered = new ArrayDeque<>(0);
    private boolean isReading;

    CatchUp(QueueBudget budget) {
        this.budget = budget;
    }

    /** What the store has, before what is buffered. */
    void addPages(List<List<EventRef>> stored) {
        pages.addAll(stored);
    }

    /** The events of the page that {@link #nextPage} gave. */
    void addRead(List<EncodedEvent> events) {
        isReading = false;
        missed.addAll(events);
    }

    /** Says whether there was room for it. */
    boolean buffer(EncodedEvent event) {
        boolean fits = budget.take(event);
        if (fits) {
            buffered.add(event);
        }
        return fits;
    }

    /** Whether a page is being read: until it has come nothing is next. */
    boolean isReading() {
        return isReading;
    }

    /** The next event to be sent again. */
    @Nullable
    EncodedEvent nextMissed() {
        return missed.poll();
    }

    /** The next page to be read. */
    @Nullable
    List<EventRef> nextPage() {
        var page = pages.poll();
        isReading = page != null;
        return page;
    }

    /** The next event that arrived while nothing was sent. */
    @Nullable
    EncodedEvent nextBuffered() {
        var next = buffered.poll();
        if (next != null) {
            budget.free(next);
        }
        return next;
    }

    /** Forgets all of it. */
    void clear() {
        pages.clear();
        missed.clear();
        buffered.forEach(budget::free);
        buffered.clear();
    }
}

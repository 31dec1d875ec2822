package dev.together.channel;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;

import jakarta.inject.Singleton;

import dev.together.event.EncodedEvent;
import dev.together.event.Event;
import dev.together.event.EventCodec;
import dev.together.event.EventRef;
import dev.together.event.EventSource;
import dev.together.event.EventSources;
import dev.together.event.Gap;
import dev.together.http.DatabaseTimeout;
import io.smallrye.mutiny.Uni;

/** What was published, read back from the store: the events of all sources, merged by the time of their commit. */
@Singleton
public class EventHistory {

    private static final Comparator<EventRef> BY_COMMIT = Comparator.comparing(EventRef::at)
            .thenComparing(EventRef::number);

    private final EventSources sources;
    private final EventCodec codec;

    EventHistory(EventSources sources, EventCodec codec) {
        this.sources = sources;
        this.codec = codec;
    }

    /** What the store has for this user in the gap, in order. */
    public Uni<List<EncodedEvent>> missing(UUID userId, Gap gap) {
        return DatabaseTimeout.with(sources.of(gap.stream().kind()).missing(userId, gap))
                .map(events -> events.stream().map(codec::encode).toList());
    }

    /**
     * What this user should have received since then: the newest {@code limit} events.
     *
     * @param since by the database's clock
     */
    public Uni<MissedEvents> since(UUID userId, Instant since, int limit) {
        return missed(source -> source.since(userId, since, limit + 1), limit);
    }

    /**
     * The same for a client that was away, to which state is sent as state: of several updates of a conversation what came of
     * them, by the newest.
     */
    public Uni<MissedEvents> stateSince(UUID userId, Instant since, int limit) {
        return missed(source -> source.stateSince(userId, since, limit + 1), limit);
    }

    /** The events of a page of {@link MissedEvents}, in order; what is not kept any more is left out. */
    public Uni<List<EncodedEvent>> read(List<EventRef> page) {
        return DatabaseTimeout.with(eachSource(source -> events(source, page)))
                .map(found -> inOrder(page, found));
    }

    private Uni<MissedEvents> missed(Function<EventSource, Uni<? extends List<EventRef>>> since, int limit) {
        return DatabaseTimeout.with(eachSource(since)).map(found -> {
            var all = new ArrayList<>(found);
            all.sort(BY_COMMIT);
            int beyond = Math.max(0, all.size() - limit);
            return new MissedEvents(all.subList(beyond, all.size()), beyond > 0);
        });
    }

    private <T> Uni<List<T>> eachSource(Function<EventSource, Uni<? extends List<T>>> read) {
        return sources.each(read).onItem().<T> disjoint().collect().asList();
    }

    private static Uni<List<Event>> events(EventSource source, List<EventRef> page) {
        var wanted = page.stream().filter(ref -> ref.stream().kind() == source.kind()).toList();
        return wanted.isEmpty() ? Uni.createFrom().item(List.of()) : source.read(wanted);
    }

    private List<EncodedEvent> inOrder(List<EventRef> page, List<Event> found) {
        Map<String, Event> byId = new HashMap<>();
        found.forEach(event -> byId.put(event.id(), event));
        return page.stream().map(ref -> byId.get(ref.id().toString())).filter(Objects::nonNull).map(codec::encode).toList();
    }

    /**
     * Where events are in the store.
     *
     * @param events oldest first
     * @param isCut whether there were more than asked for
     */
    public record MissedEvents(List<EventRef> events, boolean isCut) {

        private static final long PAGE_BYTES = 256 * 1024;

        /** The same in parts, so that few of them are in memory at a time: each of 256 KiB at most, or of one event. */
        public List<List<EventRef>> pages() {
            var pages = new ArrayList<List<EventRef>>();
            long left = 0;
            for (var event : events) {
                left -= event.bytes();
                if (left < 0 || pages.isEmpty()) {
                    pages.add(new ArrayList<>());
                    left = PAGE_BYTES - event.bytes();
                }
                pages.get(pages.size() - 1).add(event);
            }
            return pages;
        }
    }
}

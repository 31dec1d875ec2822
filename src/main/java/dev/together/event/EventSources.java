package dev.together.event;

import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

import jakarta.inject.Singleton;

import dev.together.event.StreamId.Kind;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;

/** All sources of stored events, messages first. */
@Singleton
public class EventSources {

    private final List<EventSource> sources;

    EventSources(@All List<EventSource> sources) {
        this.sources = sources.stream().sorted(Comparator.comparing(EventSource::kind)).toList();
    }

    /** The source of this kind. */
    public EventSource of(Kind kind) {
        return sources.stream().filter(source -> source.kind() == kind).findFirst().orElseThrow();
    }

    /** Asks one after another. */
    public <T> Multi<T> each(Function<EventSource, Uni<? extends T>> work) {
        return Multi.createFrom().iterable(sources).onItem().transformToUniAndConcatenate(work);
    }
}

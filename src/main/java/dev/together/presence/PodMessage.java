package dev.together.presence;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * What pods say to one another of the presence on a topic.
 *
 * @param kind what it is for
 * @param writer who says it: one pod, for as long as it has the topic
 * @param version how many changes the writer has published, this one with them
 * @param of whose state is asked for; null for everybody's
 * @param part which of the parts of a state it is, from 0
 * @param parts how many there are
 * @param entered what is tracked now: by this change, or by this part of a state
 * @param left refs of what is tracked no more
 */
@RegisterForReflection
record PodMessage(Kind kind, String writer, long version, @Nullable String of, int part, int parts, List<Entry> entered,
        List<String> left) {

    /** What a message is for. */
    @RegisterForReflection
    enum Kind {
        /** Some have entered, some have left. */
        CHANGE,
        /** All that the writer tracks. */
        STATE,
        /** The writer is there still. */
        ALIVE,
        /** A state is wanted. */
        ASK,
        /** The writer tracks nothing any more, and never will. */
        GONE
    }

    static PodMessage change(String writer, long version, List<Entry> entered, List<String> left) {
        return new PodMessage(Kind.CHANGE, writer, version, null, 0, 1, entered, left);
    }

    static PodMessage state(String writer, long version, int part, int parts, List<Entry> entries) {
        return new PodMessage(Kind.STATE, writer, version, null, part, parts, entries, List.of());
    }

    static PodMessage alive(String writer, long version) {
        return new PodMessage(Kind.ALIVE, writer, version, null, 0, 1, List.of(), List.of());
    }

    static PodMessage ask(String writer, @Nullable String of) {
        return new PodMessage(Kind.ASK, writer, 0, of, 0, 1, List.of(), List.of());
    }

    static PodMessage gone(String writer) {
        return new PodMessage(Kind.GONE, writer, 0, null, 0, 1, List.of(), List.of());
    }
}

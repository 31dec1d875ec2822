package dev.together.channel;

import dev.together.event.EncodedEvent;

/** One connection that has joined a channel. */
public interface Listener {

    /** Takes the event for its connection; it must not block. Events of a channel come one after another. */
    void deliver(EncodedEvent event);

    /** Says that events may be missing that cannot be repaired here: the connection must end, so that it resumes. */
    void interrupt();

    /** Whether it is one of the user's connections, of which there may be so many. */
    default boolean isConnection() {
        return true;
    }
}

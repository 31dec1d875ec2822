package dev.together.channel;

import dev.together.broker.Publication;

/** One connection that has joined a channel. */
public interface Listener {

    /** Takes the publication for its connection; it must not block. Publications of a channel come one after another. */
    void deliver(Publication publication);

    /** Says that publications may be missing that cannot be repaired here: the connection must end, so that it resumes. */
    void interrupt();
}

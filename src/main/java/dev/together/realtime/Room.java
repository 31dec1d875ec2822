package dev.together.realtime;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import dev.together.Settings;
import dev.together.broker.Publication;

/** How much the subscriptions of one connection may gather: as much as may wait to be written. Safe for threads. */
class Room {

    private final long mostBytes;
    private final int mostFrames;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger frames = new AtomicInteger();

    Room(Settings.Realtime limits) {
        this.mostBytes = limits.queueBytes();
        this.mostFrames = limits.queueFrames();
    }

    /** Takes room for this; says whether there was enough. */
    boolean take(Publication publication) {
        boolean fits = bytes.addAndGet(size(publication)) <= mostBytes;
        return frames.incrementAndGet() <= mostFrames && fits;
    }

    /** Gives back what was taken for this. */
    void free(Publication publication) {
        bytes.addAndGet(-size(publication));
        frames.decrementAndGet();
    }

    private static int size(Publication publication) {
        var raw = publication.bytes();
        return publication.json().length() + (raw == null ? 0 : raw.length());
    }
}

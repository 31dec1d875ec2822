package dev.together.realtime;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import dev.together.Settings;
import dev.together.broker.Publication;

/** How much may wait for one client: so many bytes and so many frames. Safe for threads. */
class Room {

    private final long mostBytes;
    private final int mostFrames;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger frames = new AtomicInteger();

    Room(Settings.Realtime limits) {
        this.mostBytes = limits.queueBytes();
        this.mostFrames = limits.queueFrames();
    }

    /** Takes room for a frame of so many bytes; says whether there was enough. */
    boolean take(int size) {
        boolean fits = bytes.addAndGet(size) <= mostBytes;
        return frames.incrementAndGet() <= mostFrames && fits;
    }

    boolean take(Publication publication) {
        return take(size(publication));
    }

    /** Gives back what was taken for a frame of so many bytes. */
    void free(int size) {
        bytes.addAndGet(-size);
        frames.decrementAndGet();
    }

    void free(Publication publication) {
        free(size(publication));
    }

    /** Whether half of it is free. */
    boolean isHalfFree() {
        return bytes.get() <= mostBytes / 2 && frames.get() <= mostFrames / 2;
    }

    private static int size(Publication publication) {
        var raw = publication.bytes();
        return publication.json().length() + (raw == null ? 0 : raw.length());
    }
}

package dev.together.realtime;

import dev.together.Settings;
import dev.together.event.EncodedEvent;

/**
 * How much may wait for one client: so many bytes and so many frames, and little where the {@link ProcessBudget} is tight. So
 * many who read slowly do not fill the memory, and who reads what comes is not closed for them. Safe for threads.
 */
class QueueBudget {

    private static final int MOST_FRAMES = 5000;
    /** Where it is tight, one of so many of the bytes may wait. */
    private static final int SHARE_WHERE_TIGHT = 16;
    /** What can wait does so earlier: one of so many of the bytes, and of all of them where it is not tight one of two. */
    private static final int SHARE_OF_PATIENT_WHERE_TIGHT = 64;

    private final ProcessBudget shared;
    private final long mostBytes;
    private final int mostFrames;
    private long bytes;
    private int frames;
    private boolean isClosed;

    QueueBudget(Settings.Realtime limits, ProcessBudget shared) {
        this(limits.queueBytes(), MOST_FRAMES, shared);
    }

    QueueBudget(long mostBytes, int mostFrames, ProcessBudget shared) {
        this.mostBytes = mostBytes;
        this.mostFrames = mostFrames;
        this.shared = shared;
    }

    /** Takes room for a frame of so many bytes; says whether there was enough. */
    synchronized boolean take(int size) {
        if (isClosed) {
            return true;
        }
        boolean isAllowed = !shared.isTight() || bytes <= mostBytes / SHARE_WHERE_TIGHT;
        bytes += size;
        frames++;
        shared.take(size);
        return isAllowed && bytes <= mostBytes && frames <= mostFrames;
    }

    boolean take(EncodedEvent event) {
        return take(size(event));
    }

    /** Gives back what was taken for a frame of so many bytes. */
    synchronized void free(int size) {
        if (!isClosed) {
            bytes -= size;
            frames--;
            shared.free(size);
        }
    }

    void free(EncodedEvent event) {
        free(size(event));
    }

    /** Whether half of it is free, or nearly all where it is tight: what can wait should not be in the way of what cannot. */
    synchronized boolean hasHeadroom() {
        long most = shared.isTight() ? mostBytes / SHARE_OF_PATIENT_WHERE_TIGHT : mostBytes / 2;
        return bytes <= most && frames <= mostFrames / 2;
    }

    /** Gives back all that was taken and not given back: the client is gone. */
    synchronized void close() {
        if (!isClosed) {
            isClosed = true;
            shared.free(bytes);
        }
    }

    private static int size(EncodedEvent event) {
        var raw = event.bytes();
        return event.json().length() + (raw == null ? 0 : raw.length());
    }
}

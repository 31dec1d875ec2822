package dev.together.message;

import java.util.concurrent.atomic.AtomicLong;

/** How many characters wait to be stored; bounded. Safe for threads. */
class PendingBytes {

    private final long most;
    private final AtomicLong taken = new AtomicLong();

    PendingBytes(long most) {
        this.most = most;
    }

    /** Takes room for so many; says whether there was enough, else nothing is taken. */
    boolean take(int characters) {
        boolean fits = taken.addAndGet(characters) <= most;
        if (!fits) {
            free(characters);
        }
        return fits;
    }

    /** Gives back what was taken. */
    void free(int characters) {
        taken.addAndGet(-characters);
    }
}

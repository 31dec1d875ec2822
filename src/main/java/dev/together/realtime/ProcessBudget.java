package dev.together.realtime;

import java.util.concurrent.atomic.AtomicLong;

import jakarta.inject.Singleton;

/** How much waits for all clients of this process together: where that is a quarter of its memory, it is tight. */
@Singleton
class ProcessBudget {

    private final long most;
    private final AtomicLong bytes = new AtomicLong();

    ProcessBudget() {
        this(Runtime.getRuntime().maxMemory() / 4);
    }

    ProcessBudget(long most) {
        this.most = most;
    }

    void take(long size) {
        bytes.addAndGet(size);
    }

    void free(long size) {
        bytes.addAndGet(-size);
    }

    boolean isTight() {
        return bytes.get() > most;
    }
}

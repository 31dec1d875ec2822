package dev.together.chaos;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Time that passes in the story that is played; never a wait for something that should happen. */
class Pause {

    private Pause() {
    }

    static void of(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}

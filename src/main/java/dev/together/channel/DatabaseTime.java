package dev.together.channel;

import java.time.Clock;
import java.time.Instant;

import jakarta.inject.Singleton;

/** The database's clock, by what was last seen of it: what stamps events must also say when somebody began to listen. */
@Singleton
public class DatabaseTime {

    private final Clock clock;
    private volatile long aheadMillis;

    DatabaseTime(Clock clock) {
        this.clock = clock;
    }

    /** The database said that it is now this late. */
    public void observed(Instant databaseNow) {
        aheadMillis = databaseNow.toEpochMilli() - clock.millis();
    }

    public Instant now() {
        return Instant.ofEpochMilli(millis());
    }

    long millis() {
        return clock.millis() + aheadMillis;
    }
}

package dev.together.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import jakarta.inject.Singleton;

/**
 * The database's clock, by what was last seen of it: what stamps events must also say when somebody began to listen.
 *
 * <p>
 * It is never ahead: an answer is old by the time it is read, and before the first one the database is taken to be a minute
 * behind. That errs towards showing an event that is older than it need be, never towards leaving one out.
 */
@Singleton
public class DatabaseClock {

    private final Clock clock;
    private volatile long aheadMillis = -Duration.ofMinutes(1).toMillis();

    DatabaseClock(Clock clock) {
        this.clock = clock;
    }

    /** The database said that it is now this late. */
    public void observed(Instant databaseNow) {
        aheadMillis = databaseNow.toEpochMilli() - clock.millis();
    }

    public Instant now() {
        return Instant.ofEpochMilli(millis());
    }

    /** What the database's clock said when this pod's said that. */
    public Instant of(Instant podTime) {
        return podTime.plusMillis(aheadMillis);
    }

    public long millis() {
        return clock.millis() + aheadMillis;
    }
}

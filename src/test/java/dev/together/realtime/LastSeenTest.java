package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;

import jakarta.inject.Inject;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import dev.together.Settings;
import dev.together.channel.Hub;
import dev.together.testing.AdjustableClock;
import dev.together.testing.AtOnce;
import dev.together.testing.Sql;
import dev.together.testing.WithPeople;
import dev.together.time.Timers;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;

/** What is remembered of who was connected, as time goes by. */
@QuarkusTest
@SuppressWarnings("NullAway.Init") // injected, or set before each
class LastSeenTest extends WithPeople {

    private static final int MANY = 300;

    @Inject
    LastSeenStore store;

    @Inject
    Hub hub;

    @Inject
    Timers timers;

    @Inject
    Vertx vertx;

    @Inject
    Settings settings;

    @Inject
    @DataSource("schema")
    AgroalDataSource database;

    private final AdjustableClock clock = new AdjustableClock();
    private LastSeen lastSeen;

    @BeforeEach
    void begin() {
        lastSeen = new LastSeen(store, hub, timers, clock, vertx, settings);
    }

    @Test
    void who_stays_is_marked_again_before_they_are_forgotten() throws SQLException {
        var bob = person();
        assertThat(bob.online().isOpen()).isTrue();
        saw(bob.id);
        age(bob.id, "3 minutes");

        clock.advance(settings.replay().resumeWindow().dividedBy(2).plusSeconds(1));
        lastSeen.markAgain();

        Sql.await("marked again", () -> ageInSeconds(bob.id) < 60);
    }

    @Test
    void who_has_left_is_not_marked_again() throws SQLException {
        var gone = UUID.randomUUID();
        var bob = person();
        assertThat(bob.online().isOpen()).isTrue();
        saw(gone);
        saw(bob.id);
        age(gone, "3 minutes");
        age(bob.id, "3 minutes");

        clock.advance(Duration.ofHours(1));
        lastSeen.markAgain();

        Sql.await("marked again", () -> ageInSeconds(bob.id) < 60);
        assertThat(ageInSeconds(gone)).isGreaterThan(120);
    }

    @Test
    void all_who_join_at_once_are_marked_and_each_is_told_of_themselves() {
        var known = UUID.randomUUID();
        saw(known);

        var answers = AtOnce.call(MANY, index -> saw(index == 0 ? known : UUID.randomUUID()));

        assertThat(answers.get(0)).isTrue();
        assertThat(answers.subList(1, MANY)).containsOnly(false);
    }

    @CanIgnoreReturnValue
    private boolean saw(UUID user) {
        return lastSeen.sawBefore(user).await().atMost(Duration.ofSeconds(30));
    }

    private void age(UUID user, String by) throws SQLException {
        Sql.execute(database, "update last_seen set seen_at = seen_at - ?::interval where user_id = ?", by, user);
    }

    private long ageInSeconds(UUID user) {
        return Sql.number(database,
                "select extract(epoch from clock_timestamp() - seen_at)::bigint from last_seen where user_id = '" + user + "'");
    }
}

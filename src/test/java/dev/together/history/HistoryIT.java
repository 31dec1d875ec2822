package dev.together.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;

/**
 * Everything that DESIGN promises, while everything breaks. Longer, or with other decisions:
 * {@code mvn verify -Dit.test=HistoryIT -Dhistory.seconds=600 -Dhistory.seed=7}.
 */
class HistoryIT {

    @Test
    void nothing_acknowledged_is_lost_doubled_or_out_of_order() throws SQLException {
        var time = Duration.ofSeconds(Long.getLong("history.seconds", 50));
        long seed = Long.getLong("history.seed", 1);

        try (var world = new World(1, Map.of())) {
            var story = new Story(world, seed);
            story.play(time);

            assertThat(story.violations().stream().limit(10)).as(story.summary()).isEmpty();
        }
    }
}

package dev.together.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;

import org.junit.jupiter.api.Test;

import dev.together.testing.Needs;
import dev.together.testing.Program;

/**
 * Everything that DESIGN promises, while everything breaks. Longer, or with other decisions:
 * {@code mvn verify -Dit.test=HistoryIT -Dhistory.seconds=600 -Dhistory.seed=7}; one of the two with
 * {@code -Dit.test='HistoryIT#*two_processes*'}.
 */
class HistoryIT {

    @Test
    void nothing_acknowledged_is_lost_doubled_or_out_of_order() throws SQLException {
        try (var world = World.ofOneProcess()) {
            assertHolds(world);
        }
    }

    @Test
    @Needs(Program.NATS_SERVER)
    void nothing_acknowledged_by_two_processes_is_lost_doubled_or_out_of_order() throws SQLException {
        try (var world = World.ofTwoProcesses()) {
            assertHolds(world);
        }
    }

    private static void assertHolds(World world) throws SQLException {
        var story = new Scenario(world, Long.getLong("history.seed", 1));

        story.play(Duration.ofSeconds(Long.getLong("history.seconds", 40)));

        assertThat(story.violations().stream().limit(10)).as(story.summary()).isEmpty();
    }
}

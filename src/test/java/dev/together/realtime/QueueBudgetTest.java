package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QueueBudgetTest {

    private static final int MOST_BYTES = 6_400;
    private static final int MOST_FRAMES = 10;

    private final ProcessBudget shared = new ProcessBudget(10_000);
    private final QueueBudget budget = new QueueBudget(MOST_BYTES, MOST_FRAMES, shared);

    @Test
    void there_is_room_for_so_many_bytes_and_frames() {
        assertThat(budget.take(MOST_BYTES)).isTrue();
        assertThat(budget.take(1)).isFalse();
        budget.free(MOST_BYTES);
        for (int frame = 2; frame <= MOST_FRAMES; frame++) {
            assertThat(budget.take(1)).isTrue();
        }
        assertThat(budget.take(1)).isFalse();
    }

    @Test
    void what_can_wait_leaves_half_of_it_free() {
        assertThat(budget.take(MOST_BYTES / 2)).isTrue();
        assertThat(budget.hasHeadroom()).isTrue();
        assertThat(budget.take(1)).isTrue();
        assertThat(budget.hasHeadroom()).isFalse();
    }

    @Test
    void where_many_read_slowly_those_are_refused_and_not_who_reads_what_comes() {
        var slow = new QueueBudget(MOST_BYTES, MOST_FRAMES, shared);
        assertThat(slow.take(MOST_BYTES)).isTrue();
        assertThat(budget.take(401)).isTrue();
        shared.take(10_000);

        assertThat(budget.take(1)).isFalse();
        budget.free(1);
        budget.free(1);
        assertThat(budget.hasHeadroom()).as("what can wait waits").isFalse();
        assertThat(budget.take(1)).as("what cannot wait has room").isTrue();
        budget.free(401);
        assertThat(budget.hasHeadroom()).isTrue();
        assertThat(budget.take(3_000)).as("the frame that comes where nothing waits").isTrue();
    }

    @Test
    void who_is_gone_gives_back_everything_once() {
        shared.take(5_000);
        assertThat(budget.take(6_000)).isTrue();
        assertThat(shared.isTight()).isTrue();

        budget.close();
        budget.close();
        budget.free(6_000);
        assertThat(budget.take(6_000)).isTrue();

        shared.take(5_000);
        assertThat(shared.isTight()).isFalse();
        shared.take(1);
        assertThat(shared.isTight()).isTrue();
    }
}

package dev.together.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.together.testing.AdjustableClock;

/** A thousand bytes, so five hundred for what waits for its client; a minute at the longest. */
class RequestBudgetTest {

    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    private final AdjustableClock clock = new AdjustableClock();
    private final RequestBudget budget = new RequestBudget(1_000, A_MINUTE, clock);
    private final List<String> cut = new ArrayList<>();

    @Test
    void what_fits_is_taken_and_what_does_not_takes_nothing() {
        assertThat(budget.take(600)).isTrue();
        assertThat(budget.take(401)).isFalse();
        assertThat(budget.take(400)).isTrue();
        assertThat(budget.take(1)).isFalse();

        budget.free(600);

        assertThat(budget.take(601)).isFalse();
        assertThat(budget.take(600)).isTrue();
    }

    @Test
    void what_is_there_anyway_leaves_less_for_others() {
        budget.takeAnyway(1_500);
        assertThat(budget.take(1)).isFalse();

        budget.free(1_000);

        assertThat(budget.take(501)).isFalse();
        assertThat(budget.take(500)).isTrue();
    }

    @Test
    void past_half_of_it_who_waits_the_longest_is_cut_until_it_is_no_more() {
        begin("first").add(100);
        begin("second").add(300);
        var third = begin("third");
        third.add(100);
        assertThat(cut).isEmpty();

        third.add(350);

        assertThat(cut).containsExactly("first", "second");
    }

    @Test
    void who_waits_no_longer_or_holds_less_is_not_cut() {
        var first = begin("first");
        first.add(400);
        var second = begin("second");
        second.add(100);
        first.end();
        second.add(300);
        second.add(-200);

        begin("third").add(300);

        assertThat(cut).isEmpty();
        first.end();
        first.add(400);
        assertThat(cut).isEmpty();
    }

    @Test
    void one_alone_that_holds_too_much_is_cut_once() {
        var alone = begin("alone");

        alone.add(501);
        alone.add(501);

        assertThat(cut).containsExactly("alone");
        begin("next").add(500);
        assertThat(cut).containsExactly("alone");
    }

    @Test
    void who_takes_too_long_is_cut_in_whatever_order_they_sent_and_others_go_on() {
        var slow = begin("slow");
        clock.advance(Duration.ofSeconds(30));
        begin("in time").add(1);
        slow.add(1);
        begin("over").end();

        clock.advance(Duration.ofSeconds(30));
        budget.cutLate();
        assertThat(cut).isEmpty();
        clock.advance(Duration.ofMillis(1));
        budget.cutLate();

        assertThat(cut).containsExactly("slow");
        clock.advance(A_MINUTE);
        budget.cutLate();
        assertThat(cut).containsExactly("slow", "in time");
    }

    private RequestBudget.Wait begin(String name) {
        return budget.begin(() -> cut.add(name));
    }
}

package dev.together.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.together.event.EncodedEvent;
import dev.together.event.EventPosition;
import dev.together.event.Gap;
import dev.together.event.StreamId;

/** What waits, what fills it, and what is forgotten. */
class SequencerGapsTest {

    private static final long NOW = 1_000_000;
    private static final long EVERYTHING = Long.MAX_VALUE;

    private final UUID chat = UUID.randomUUID();
    private final Sequencer sequencer = new Sequencer(NOW);
    private final List<Long> delivered = new ArrayList<>();

    @Test
    void what_comes_in_order_is_delivered_at_once() {
        arrive(message(5, NOW - 10));
        arrive(message(6, NOW + 1));
        arrive(message(7, NOW + 2));

        assertThat(delivered).containsExactly(5L, 6L, 7L);
        assertThat(sequencer.isWaiting()).isFalse();
    }

    @Test
    void what_comes_early_waits_for_what_is_late() {
        arrive(message(1, EventPosition.NOTHING_BEFORE));
        arrive(message(4, NOW + 3));
        arrive(message(3, NOW + 2));
        assertThat(delivered).containsExactly(1L);
        assertThat(sequencer.isWaiting()).isTrue();
        assertThat(sequencer.held()).isEqualTo(2);

        arrive(message(2, NOW + 1));

        assertThat(delivered).containsExactly(1L, 2L, 3L, 4L);
        assertThat(sequencer.isWaiting()).isFalse();
    }

    @Test
    void what_comes_twice_is_delivered_once() {
        arrive(message(1, EventPosition.NOTHING_BEFORE));
        arrive(message(1, EventPosition.NOTHING_BEFORE));
        arrive(message(3, NOW + 2));
        arrive(message(3, NOW + 2));
        assertThat(sequencer.held()).isEqualTo(1);
        arrive(message(2, NOW + 1));
        arrive(message(2, NOW + 1));

        assertThat(delivered).containsExactly(1L, 2L, 3L);
        assertThat(sequencer.held()).isZero();
    }

    @Test
    void what_has_no_place_passes() {
        var passing = new EncodedEvent("id", null, "{}");

        assertThat(sequencer.accept(passing, NOW)).containsExactly(passing);
    }

    @Test
    void the_first_that_is_seen_of_a_conversation_needs_its_predecessor_only_if_that_is_live() {
        arrive(message(9, NOW - 1));
        var other = new Sequencer(NOW);

        assertThat(delivered).containsExactly(9L);
        assertThat(other.accept(message(9, NOW), NOW)).isEmpty();
        assertThat(other.openSince(EVERYTHING)).contains(new Gap(new StreamId(chat, StreamId.Kind.MESSAGE), 0, 9, NOW));
    }

    @Test
    void a_gap_is_told_of_only_when_it_is_old_enough() {
        arrive(message(1, EventPosition.NOTHING_BEFORE));
        deliver(sequencer.accept(message(5, NOW + 5), NOW + 100));
        deliver(sequencer.accept(message(6, NOW + 6), NOW + 200));

        assertThat(sequencer.openSince(NOW + 99)).isEmpty();
        assertThat(sequencer.openSince(NOW + 100)).contains(new Gap(new StreamId(chat, StreamId.Kind.MESSAGE), 1, 5, NOW));
    }

    @Test
    void the_store_fills_a_gap() {
        arrive(message(1, EventPosition.NOTHING_BEFORE));
        arrive(message(4, NOW + 3));
        arrive(message(5, NOW + 4));

        fill(message(2, NOW + 1), message(3, NOW + 2));

        assertThat(delivered).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(sequencer.isWaiting()).isFalse();
    }

    @Test
    void what_the_store_does_not_have_is_not_waited_for() {
        arrive(message(1, EventPosition.NOTHING_BEFORE));
        arrive(message(4, NOW + 3));

        fill();

        assertThat(delivered).containsExactly(1L, 4L);
        assertThat(sequencer.isWaiting()).isFalse();
    }

    @Test
    void what_arrived_while_the_store_was_read_is_delivered_once() {
        arrive(message(1, EventPosition.NOTHING_BEFORE));
        arrive(message(3, NOW + 2));
        var gap = sequencer.openSince(EVERYTHING).orElseThrow();
        arrive(message(2, NOW + 1));
        arrive(message(4, NOW + 3));

        deliver(sequencer.fill(gap, List.of(message(2, NOW + 1)), NOW));

        assertThat(delivered).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void of_two_gaps_the_second_stays_open_when_the_first_is_filled() {
        arrive(message(1, EventPosition.NOTHING_BEFORE));
        arrive(message(3, NOW + 2));
        arrive(message(5, NOW + 4));

        fill(message(2, NOW + 1));

        assertThat(delivered).containsExactly(1L, 2L, 3L);
        assertThat(sequencer.openSince(EVERYTHING)).contains(new Gap(new StreamId(chat, StreamId.Kind.MESSAGE), 3, 5, NOW));
    }

    @Test
    void messages_and_changes_of_a_conversation_are_counted_apart() {
        arrive(message(1, EventPosition.NOTHING_BEFORE));
        arrive(update(1, EventPosition.NOTHING_BEFORE, EventPosition.SAME_VISIBILITY));
        arrive(update(2, NOW + 1, EventPosition.SAME_VISIBILITY));
        arrive(message(2, NOW + 1));

        assertThat(delivered).containsExactly(1L, 1L, 2L, 2L);
    }

    @Test
    void who_joins_hears_from_the_floor_on() {
        arrive(update(3, EventPosition.NOTHING_BEFORE, 7));
        arrive(message(7, NOW + 1));
        arrive(message(8, NOW + 2));

        assertThat(delivered).containsExactly(3L, 8L);
    }

    @Test
    void a_message_that_overtook_the_join_waits_for_it() {
        arrive(message(8, NOW + 2));
        assertThat(delivered).isEmpty();

        arrive(update(3, EventPosition.NOTHING_BEFORE, 7));

        assertThat(delivered).containsExactly(3L, 8L);
        assertThat(sequencer.isWaiting()).isFalse();
    }

    @Test
    void of_very_many_conversations_those_that_were_quiet_are_forgotten_and_go_on_all_the_same() {
        arrive(message(1, EventPosition.NOTHING_BEFORE));
        for (int other = 0; other < 2 * Sequencer.REMEMBERED; other++) {
            var position = EventPosition.ofMessage(UUID.randomUUID(), 1, NOW, EventPosition.NOTHING_BEFORE);
            assertThat(sequencer.accept(new EncodedEvent("x", position, "{}"), NOW + 60_000)).hasSize(1);
        }

        arrive(message(2, NOW + 1));

        assertThat(delivered).containsExactly(1L, 2L);
    }

    @Test
    void a_conversation_that_waits_is_not_forgotten() {
        arrive(message(1, EventPosition.NOTHING_BEFORE));
        arrive(message(3, NOW + 2));
        for (int other = 0; other < 2 * Sequencer.REMEMBERED; other++) {
            var position = EventPosition.ofMessage(UUID.randomUUID(), 1, NOW, EventPosition.NOTHING_BEFORE);
            assertThat(sequencer.accept(new EncodedEvent("x", position, "{}"), NOW + 60_000)).hasSize(1);
        }

        arrive(message(2, NOW + 1));

        assertThat(delivered).containsExactly(1L, 2L, 3L);
    }

    @Test
    void a_wide_gap_is_known_as_such() {
        assertThat(new Gap(new StreamId(chat, StreamId.Kind.MESSAGE), 1, 1_002, NOW).isWiderThan(1_000)).isTrue();
        assertThat(new Gap(new StreamId(chat, StreamId.Kind.MESSAGE), 1, 1_001, NOW).isWiderThan(1_000)).isFalse();
    }

    private EncodedEvent message(long number, long previousAt) {
        return event(EventPosition.ofMessage(chat, number, NOW, previousAt));
    }

    private EncodedEvent update(long number, long previousAt, long visibleAfter) {
        return event(new EventPosition(new StreamId(chat, StreamId.Kind.CONVERSATION), number, NOW, previousAt, visibleAfter));
    }

    private static EncodedEvent event(EventPosition position) {
        return new EncodedEvent(position.kind() + "-" + position.number(), position, "{}");
    }

    private void arrive(EncodedEvent event) {
        deliver(sequencer.accept(event, NOW));
    }

    private void fill(EncodedEvent... found) {
        deliver(sequencer.fill(sequencer.openSince(EVERYTHING).orElseThrow(), List.of(found), NOW));
    }

    private void deliver(List<EncodedEvent> ready) {
        for (var event : ready) {
            var position = event.position();
            if (position != null) {
                delivered.add(position.number());
            }
        }
    }
}

package dev.together.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import dev.together.event.EncodedEvent;
import dev.together.event.EventPosition;
import dev.together.event.EventPosition.MessageRef;
import dev.together.event.Gap;
import dev.together.event.StreamId.Kind;

/** Changes of messages: in their own order, and none before its message. */
class SequencerChangesTest {

    private static final long NOW = 1_700_000_000_000L;
    private static final long EVERYTHING = Long.MAX_VALUE;

    private final UUID chat = UUID.randomUUID();
    private final Sequencer sequencer = new Sequencer(NOW);

    @Test
    void a_change_waits_for_its_message() {
        assertThat(sequencer.accept(message(1), NOW)).hasSize(1);

        assertThat(sequencer.accept(change(1, 2), NOW)).isEmpty();

        assertThat(sequencer.isWaiting()).isTrue();
        assertThat(sequencer.accept(message(2), NOW)).containsExactly(message(2), change(1, 2));
        assertThat(sequencer.isWaiting()).isFalse();
    }

    @Test
    void a_change_of_what_is_older_than_all_that_may_be_missing_waits_for_nothing() {
        var old = change(1, EventPosition.NOTHING_BEFORE, new MessageRef(7, NOW - 1));

        assertThat(sequencer.accept(old, NOW)).containsExactly(old);
    }

    @Test
    void the_store_is_asked_for_the_message_and_the_change_follows_it() {
        assertThat(sequencer.accept(change(1, 2), NOW)).isEmpty();
        var gap = sequencer.openSince(EVERYTHING).orElseThrow();

        assertThat(gap).isEqualTo(new Gap(position(message(1)).stream(), 0, 3, NOW));
        assertThat(sequencer.fill(gap, List.of(message(2)), NOW)).containsExactly(message(2), change(1, 2));
    }

    @Test
    void a_change_of_a_message_that_is_not_for_this_user_is_not_held_for_ever() {
        assertThat(sequencer.accept(change(1, 2), NOW)).isEmpty();
        var gap = sequencer.openSince(EVERYTHING).orElseThrow();

        assertThat(sequencer.fill(gap, List.of(), NOW)).containsExactly(change(1, 2));
        assertThat(sequencer.isWaiting()).isFalse();
    }

    @Test
    void a_change_from_the_store_waits_for_its_message_too() {
        assertThat(sequencer.accept(message(1), NOW)).hasSize(1);
        assertThat(sequencer.accept(change(1, 1), NOW)).hasSize(1);
        assertThat(sequencer.accept(change(3, 1), NOW)).isEmpty();
        var gap = sequencer.openSince(EVERYTHING).orElseThrow();

        assertThat(sequencer.fill(gap, List.of(change(2, 2)), NOW)).isEmpty();
        assertThat(sequencer.accept(message(2), NOW)).containsExactly(message(2), change(2, 2), change(3, 1));
    }

    @Test
    void messages_that_go_on_do_not_put_off_the_look_for_a_change_that_is_missing() {
        assertThat(sequencer.accept(message(1), NOW)).hasSize(1);
        assertThat(sequencer.accept(change(1, 1), NOW)).hasSize(1);
        assertThat(sequencer.accept(change(3, 1), NOW)).isEmpty();

        for (int number = 2; number < 20; number++) {
            assertThat(sequencer.accept(message(number), NOW + 100 * number)).hasSize(1);
        }

        assertThat(sequencer.openSince(NOW + 50)).isPresent();
    }

    @RepeatedTest(200)
    void whatever_is_lost_doubled_and_late_all_arrives_in_order() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var published = new ArrayList<EncodedEvent>();
        int messages = 0;
        int changes = 0;
        for (int i = 0; i < 30; i++) {
            if (messages == 0 || random.nextInt(3) > 0) {
                published.add(message(++messages));
            } else {
                published.add(change(++changes, 1 + random.nextInt(messages)));
            }
        }
        var arriving = new ArrayList<>(published);
        published.stream().filter(event -> random.nextInt(5) == 0).forEach(arriving::add);
        arriving.removeIf(event -> random.nextInt(5) == 0);
        shuffleNearby(arriving, random);
        var delivered = new ArrayList<EncodedEvent>();

        for (var event : arriving) {
            delivered.addAll(sequencer.accept(event, NOW));
            if (random.nextInt(4) == 0) {
                fillOne(published, delivered);
            }
        }
        // What nothing came after is missing until something does.
        delivered.addAll(sequencer.accept(message(messages + 1), NOW));
        delivered.addAll(sequencer.accept(change(changes + 1, messages + 1), NOW));
        for (int i = 0; i < 100 && sequencer.isWaiting(); i++) {
            fillOne(published, delivered);
        }

        var seen = new HashSet<Long>();
        assertThat(numbers(delivered, Kind.MESSAGE)).as("seed %d", seed).isEqualTo(upTo(messages + 1));
        assertThat(numbers(delivered, Kind.MESSAGE_CHANGE)).as("seed %d", seed).isEqualTo(upTo(changes + 1));
        for (var event : delivered) {
            var of = position(event).of();
            if (of == null) {
                assertThat(seen.add(position(event).number())).isTrue();
            } else {
                assertThat(seen).as("seed %d", seed).contains(of.number());
            }
        }
    }

    private void fillOne(List<EncodedEvent> published, List<EncodedEvent> delivered) {
        sequencer.openSince(EVERYTHING).ifPresent(gap -> delivered.addAll(sequencer.fill(gap, published.stream()
                .filter(event -> position(event).stream().equals(gap.stream()))
                .filter(event -> position(event).number() > gap.after() && position(event).number() < gap.before())
                .toList(), NOW)));
    }

    private static void shuffleNearby(List<EncodedEvent> events, Random random) {
        for (int i = 0; i + 4 < events.size(); i += 1 + random.nextInt(4)) {
            Collections.shuffle(events.subList(i, i + 4), random);
        }
    }

    private static List<Long> numbers(List<EncodedEvent> events, Kind kind) {
        return events.stream().map(SequencerChangesTest::position).filter(position -> position.kind() == kind)
                .map(EventPosition::number).toList();
    }

    private static EventPosition position(EncodedEvent event) {
        return Objects.requireNonNull(event.position());
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    private EncodedEvent message(long number) {
        long previous = number == 1 ? EventPosition.NOTHING_BEFORE : NOW + number - 1;
        return new EncodedEvent("m" + number, EventPosition.ofMessage(chat, number, NOW + number, previous), "{}");
    }

    private EncodedEvent change(long number, long message) {
        long previous = number == 1 ? EventPosition.NOTHING_BEFORE : NOW + number - 1;
        return change(number, previous, new MessageRef(message, NOW + message));
    }

    private EncodedEvent change(long number, long previous, MessageRef of) {
        return new EncodedEvent("c" + number, EventPosition.ofChange(chat, number, NOW + number, previous, of), "{}");
    }
}

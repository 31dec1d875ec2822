package dev.together.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.together.event.EncodedEvent;
import dev.together.event.EventPosition;
import dev.together.event.StreamId;
import io.smallrye.mutiny.Uni;

/** What becomes of a channel whose listeners were given up. */
class LocalChannelTest {

    private static final long NOW = 1_000_000;

    private final UUID chat = UUID.randomUUID();
    private final LocalChannel channel = new LocalChannel(Uni.createFrom().voidItem(), UUID.randomUUID(), null, NOW);
    private final Ear late = new Ear();
    private final Ear ear = new Ear();

    @Test
    void who_joins_after_an_interruption_hears_what_comes_then() {
        channel.add(late);
        take(message(1), NOW + 1);
        take(message(5_000), NOW + 5_000);
        assertThat(channel.gapOpenSince(NOW + 5_000)).isPresent();

        channel.interrupt(NOW + 9_000);
        channel.add(ear);
        take(message(5_001), NOW + 9_001);

        assertThat(late.isInterrupted).isTrue();
        assertThat(ear.heard).containsExactly(5_001L);
    }

    @Test
    void a_gap_is_filled_again_after_an_interruption() {
        channel.add(ear);
        take(message(1), NOW + 1);
        take(message(3), NOW + 3);
        assertThat(channel.gapOpenSince(NOW + 3)).isPresent();
        channel.interrupt(NOW + 4);

        take(message(5), NOW + 5);

        assertThat(channel.gapOpenSince(NOW + 5)).hasValueSatisfying(gap -> assertThat(gap.before()).isEqualTo(5));
    }

    @Test
    void what_the_store_had_for_before_an_interruption_is_for_nobody() {
        channel.add(late);
        take(message(1), NOW + 1);
        take(message(3), NOW + 3);
        var gap = channel.gapOpenSince(NOW + 3).orElseThrow();
        channel.interrupt(NOW + 4);
        channel.add(ear);

        channel.filled(gap, List.of(message(2)), NOW + 5);

        assertThat(ear.heard).isEmpty();
    }

    private void take(EncodedEvent event, long now) {
        var unused = channel.received(event, now);
    }

    /** As many milliseconds after the beginning as its number says. */
    private EncodedEvent message(long number) {
        long before = number == 1 ? EventPosition.NOTHING_BEFORE : NOW + number - 1;
        return new EncodedEvent("message:" + number,
                new EventPosition(new StreamId(chat, StreamId.Kind.MESSAGE), number, NOW + number, before,
                        EventPosition.SAME_VISIBILITY),
                "", "{}", null);
    }

    /** Somebody who listens. */
    private static class Ear implements Listener {

        private final List<Long> heard = new ArrayList<>();
        private boolean isInterrupted;

        @Override
        public void deliver(EncodedEvent event) {
            var position = event.position();
            if (position != null) {
                heard.add(position.number());
            }
        }

        @Override
        public void interrupt() {
            isInterrupted = true;
        }
    }
}

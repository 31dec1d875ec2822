package dev.together.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.together.event.EncodedEvent;
import dev.together.event.EventPosition;
import dev.together.event.StreamId;
import dev.together.event.StreamId.Kind;

class SequencerTest {

    private static final long NOW = 1_000_000;
    private static final UUID CHAT = UUID.randomUUID();

    private final Sequencer sequencer = new Sequencer(NOW - 2_000);
    private final List<String> delivered = new ArrayList<>();

    @Test
    void a_message_that_overtakes_another_waits_for_it() {
        accept(message(CHAT, 1, NOW - 60_000));
        accept(message(CHAT, 3, NOW + 1));
        assertThat(delivered).containsExactly("m1");

        accept(message(CHAT, 2, NOW));

        assertThat(delivered).containsExactly("m1", "m2", "m3");
        assertThat(sequencer.isWaiting()).isFalse();
    }

    @Test
    void a_message_comes_once_also_when_it_overtakes_the_news_of_its_conversation() {
        accept(message(CHAT, 8, NOW - 60_000));
        accept(appears(3, 7));

        accept(message(CHAT, 8, NOW - 60_000));
        accept(message(CHAT, 9, NOW));

        assertThat(delivered).containsExactly("m8", "c3", "m9");
    }

    @Test
    void what_is_under_way_to_somebody_who_left_is_dropped() {
        accept(message(CHAT, 1, NOW - 60_000));
        accept(goes(4, 2));

        accept(message(CHAT, 2, NOW));

        assertThat(delivered).containsExactly("m1", "c4");
        assertThat(sequencer.isWaiting()).isFalse();
    }

    @Test
    void somebody_who_comes_back_hears_also_what_overtakes_the_news_of_it() {
        accept(message(CHAT, 1, NOW - 60_000));
        accept(goes(4, 2));

        accept(message(CHAT, 6, NOW + 5));
        accept(appears(5, 5));

        assertThat(delivered).containsExactly("m1", "c4", "c5", "m6");
    }

    @Test
    void many_conversations_at_once_are_told_apart() {
        var chats = new ArrayList<UUID>();
        for (int index = 0; index < 1_000; index++) {
            chats.add(UUID.randomUUID());
        }

        for (int number = 1; number <= 3; number++) {
            for (var chat : chats) {
                accept(message(chat, number, number == 1 ? NOW - 60_000 : NOW));
            }
        }

        assertThat(delivered).hasSize(3_000);
        assertThat(sequencer.isWaiting()).isFalse();
    }

    @Test
    void a_gap_that_could_not_be_filled_is_left_alone_for_a_while() {
        accept(message(CHAT, 1, NOW - 60_000));
        accept(message(CHAT, 3, NOW));
        var gap = sequencer.openSince(NOW).orElseThrow();

        sequencer.postpone(gap, NOW + 1_000);

        assertThat(sequencer.openSince(NOW + 999)).isEmpty();
        assertThat(sequencer.openSince(NOW + 1_000)).contains(gap);
    }

    private void accept(EncodedEvent event) {
        sequencer.accept(event, NOW).forEach(ready -> delivered.add(ready.id()));
    }

    private static EncodedEvent message(UUID chat, long number, long previousAt) {
        return new EncodedEvent("m" + number, EventPosition.ofMessage(chat, number, NOW, previousAt), "{}");
    }

    private static EncodedEvent appears(long revision, long visibleAfter) {
        return update(revision, visibleAfter);
    }

    private static EncodedEvent goes(long revision, long visibleAfter) {
        return update(revision, visibleAfter);
    }

    private static EncodedEvent update(long revision, long visibleAfter) {
        return new EncodedEvent("c" + revision,
                new EventPosition(new StreamId(CHAT, Kind.CONVERSATION), revision, NOW, EventPosition.NOTHING_BEFORE,
                        visibleAfter),
                "{}");
    }
}

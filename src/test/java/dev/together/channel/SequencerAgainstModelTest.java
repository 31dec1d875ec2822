package dev.together.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.together.event.EncodedEvent;
import dev.together.event.EventPosition;
import dev.together.event.Gap;

/**
 * Messages that are lost, late, and repeated at random, and a store that knows them all.
 *
 * <p>
 * The model is simple: of each conversation, everything up to the last message that arrived is delivered, from the first
 * that was committed while somebody listened, ascending and each once.
 */
class SequencerAgainstModelTest {

    private static final long START = 1_000_000;
    private static final int CHATS = 5;
    private static final int MESSAGES = 40;

    private final List<EncodedEvent> stored = new ArrayList<>();
    private final Map<UUID, List<Long>> delivered = new HashMap<>();

    static IntStream seeds() {
        return IntStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everything_is_delivered_in_order_and_once(int seed) {
        var random = new Random(seed);
        long liveSince = START + random.nextInt(MESSAGES);
        var sequencer = new Sequencer(liveSince);
        store(random);

        var arrivals = arrivals(random, liveSince);
        for (var arrival : arrivals) {
            deliver(sequencer.accept(arrival, position(arrival).at()));
            if (random.nextInt(5) == 0) {
                fillOne(sequencer);
            }
        }
        while (sequencer.isWaiting()) {
            fillOne(sequencer);
        }

        assertThat(delivered).isEqualTo(model(arrivals, liveSince));
        assertThat(sequencer.held()).isZero();
    }

    /** Messages of some conversations, committed one after another. */
    private void store(Random random) {
        var chats = IntStream.range(0, CHATS).mapToObj(number -> new UUID(0, number)).toList();
        var last = new HashMap<UUID, EventPosition>();
        for (int tick = 0; tick < CHATS * MESSAGES; tick++) {
            var chat = chats.get(random.nextInt(CHATS));
            var before = last.get(chat);
            var position = before == null ? EventPosition.ofMessage(chat, 1, START + tick, EventPosition.NOTHING_BEFORE)
                    : EventPosition.ofMessage(chat, before.number() + 1, START + tick, before.at());
            last.put(chat, position);
            stored.add(new EncodedEvent("id", position, "{}"));
        }
    }

    /** What was committed since, as a network would bring it. */
    private List<EncodedEvent> arrivals(Random random, long liveSince) {
        record Arrival(long at, EncodedEvent event) {
        }
        var arrivals = new ArrayList<Arrival>();
        for (var event : stored) {
            boolean isLive = position(event).at() >= liveSince;
            int copies = random.nextInt(10) == 0 ? 0 : random.nextInt(10) == 0 ? 2 : 1;
            for (int copy = 0; isLive && copy < copies; copy++) {
                arrivals.add(new Arrival(position(event).at() + random.nextInt(10), event));
            }
        }
        arrivals.sort((one, other) -> Long.compare(one.at, other.at));
        return arrivals.stream().map(Arrival::event).toList();
    }

    private void fillOne(Sequencer sequencer) {
        sequencer.openSince(Long.MAX_VALUE).ifPresent(gap -> deliver(sequencer.fill(gap, missing(gap), START)));
    }

    private List<EncodedEvent> missing(Gap gap) {
        return stored.stream().filter(event -> {
            var position = position(event);
            return position.chatId().equals(gap.chatId()) && position.number() > gap.after() && position.number() < gap.before()
                    && (gap.after() > 0 || position.at() >= gap.since());
        }).toList();
    }

    private Map<UUID, List<Long>> model(List<EncodedEvent> arrivals, long liveSince) {
        var reached = new HashMap<UUID, Long>();
        arrivals.forEach(arrival -> reached.merge(position(arrival).chatId(), position(arrival).number(), Math::max));
        var expected = new HashMap<UUID, List<Long>>();
        for (var event : stored) {
            var position = position(event);
            if (position.at() >= liveSince && position.number() <= reached.getOrDefault(position.chatId(), 0L)) {
                expected.computeIfAbsent(position.chatId(), chat -> new ArrayList<>()).add(position.number());
            }
        }
        return expected;
    }

    private void deliver(List<EncodedEvent> ready) {
        for (var event : ready) {
            var position = position(event);
            delivered.computeIfAbsent(position.chatId(), chat -> new ArrayList<>()).add(position.number());
        }
    }

    private static EventPosition position(EncodedEvent event) {
        return Objects.requireNonNull(event.position());
    }
}

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

import dev.together.broker.Place;
import dev.together.broker.Publication;

/**
 * Messages that are lost, late, and repeated at random, and a store that knows them all.
 *
 * <p>
 * The model is simple: of each conversation, everything up to the last message that arrived is delivered, from the first
 * that was committed while somebody listened, ascending and each once.
 */
class OrderAgainstModelTest {

    private static final long START = 1_000_000;
    private static final int CHATS = 5;
    private static final int MESSAGES = 40;

    private final List<Publication> stored = new ArrayList<>();
    private final Map<UUID, List<Long>> delivered = new HashMap<>();

    static IntStream seeds() {
        return IntStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everything_is_delivered_in_order_and_once(int seed) {
        var random = new Random(seed);
        long liveSince = START + random.nextInt(MESSAGES);
        var order = new Order(liveSince);
        store(random);

        var arrivals = arrivals(random, liveSince);
        for (var arrival : arrivals) {
            deliver(order.accept(arrival, place(arrival).at()));
            if (random.nextInt(5) == 0) {
                fillOne(order);
            }
        }
        while (order.isWaiting()) {
            fillOne(order);
        }

        assertThat(delivered).isEqualTo(model(arrivals, liveSince));
        assertThat(order.held()).isZero();
    }

    /** Messages of some conversations, committed one after another. */
    private void store(Random random) {
        var chats = IntStream.range(0, CHATS).mapToObj(number -> new UUID(0, number)).toList();
        var last = new HashMap<UUID, Place>();
        for (int tick = 0; tick < CHATS * MESSAGES; tick++) {
            var chat = chats.get(random.nextInt(CHATS));
            var before = last.get(chat);
            var place = before == null ? Place.ofMessage(chat, 1, START + tick, Place.NOTHING_BEFORE)
                    : Place.ofMessage(chat, before.number() + 1, START + tick, before.at());
            last.put(chat, place);
            stored.add(new Publication("id", place, "{}"));
        }
    }

    /** What was committed since, as a network would bring it. */
    private List<Publication> arrivals(Random random, long liveSince) {
        record Arrival(long at, Publication publication) {
        }
        var arrivals = new ArrayList<Arrival>();
        for (var publication : stored) {
            boolean isLive = place(publication).at() >= liveSince;
            int copies = random.nextInt(10) == 0 ? 0 : random.nextInt(10) == 0 ? 2 : 1;
            for (int copy = 0; isLive && copy < copies; copy++) {
                arrivals.add(new Arrival(place(publication).at() + random.nextInt(10), publication));
            }
        }
        arrivals.sort((one, other) -> Long.compare(one.at, other.at));
        return arrivals.stream().map(Arrival::publication).toList();
    }

    private void fillOne(Order order) {
        order.openSince(Long.MAX_VALUE).ifPresent(hole -> deliver(order.fill(hole, missing(hole), START)));
    }

    private List<Publication> missing(Hole hole) {
        return stored.stream().filter(publication -> {
            var place = place(publication);
            return place.chatId().equals(hole.chatId()) && place.number() > hole.after() && place.number() < hole.before()
                    && (hole.after() > 0 || place.at() >= hole.since());
        }).toList();
    }

    private Map<UUID, List<Long>> model(List<Publication> arrivals, long liveSince) {
        var reached = new HashMap<UUID, Long>();
        arrivals.forEach(arrival -> reached.merge(place(arrival).chatId(), place(arrival).number(), Math::max));
        var expected = new HashMap<UUID, List<Long>>();
        for (var publication : stored) {
            var place = place(publication);
            if (place.at() >= liveSince && place.number() <= reached.getOrDefault(place.chatId(), 0L)) {
                expected.computeIfAbsent(place.chatId(), chat -> new ArrayList<>()).add(place.number());
            }
        }
        return expected;
    }

    private void deliver(List<Publication> ready) {
        for (var publication : ready) {
            var place = place(publication);
            delivered.computeIfAbsent(place.chatId(), chat -> new ArrayList<>()).add(place.number());
        }
    }

    private static Place place(Publication publication) {
        return Objects.requireNonNull(publication.place());
    }
}

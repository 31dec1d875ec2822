package dev.together.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pods whose connections come and go at random, and a broker that loses, repeats and delays at random what they say.
 *
 * <p>
 * The model is simple: once the broker is itself again, all see what the connections of those that live track, and nothing
 * else.
 */
class ReplicaAgainstModelTest {

    private static final long STEP = 50;
    private static final int STEPS_OF_CHAOS = 600;
    private static final long CONVERGES_WITHIN = 10_000;
    private static final int HOLDERS = 30;

    private final PriorityQueue<Arrival> network = new PriorityQueue<>(Comparator.comparingLong(Arrival::at));
    private final Map<Replica, Map<Integer, Entry>> model = new LinkedHashMap<>();
    private long now = 1_000;
    private int refs;

    static IntStream seeds() {
        return IntStream.range(0, 100);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void all_see_the_same_once_the_broker_is_itself_again_and_nothing_of_who_died(int seed) {
        var random = new Random(seed);
        IntStream.range(0, 4).forEach(pod -> add(new Replica("pod-" + pod)));
        for (int step = 0; step < STEPS_OF_CHAOS; step++) {
            model.forEach((replica, tracked) -> change(random, replica, tracked));
            step(random, 0.3, 2_000);
        }

        var dead = model.keySet().iterator().next();
        model.remove(dead);
        add(new Replica("pod-new"));
        for (long end = now + CONVERGES_WITHIN; now < end;) {
            step(random, 0, 100);
        }

        assertThat(model.keySet()).allSatisfy(replica -> assertThat(replica.entries()).isEqualTo(everything()));
        assertThat(model.keySet()).noneMatch(Replica::isWaiting);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void without_loss_each_change_is_seen_after_one_step_and_a_pod_that_ends_is_gone_at_once(int seed) {
        var random = new Random(seed);
        IntStream.range(0, 3).forEach(pod -> add(new Replica("pod-" + pod)));
        for (int step = 0; step < 50; step++) {
            model.forEach((replica, tracked) -> change(random, replica, tracked));
            step(random, 0, 0);
            step(random, 0, 0);
            assertThat(model.keySet()).allSatisfy(replica -> assertThat(replica.entries()).isEqualTo(everything()));
        }

        var ended = model.keySet().iterator().next();
        model.remove(ended);
        ended.end().forEach(message -> model.keySet().forEach(replica -> replica.take(message, now)));

        assertThat(model.keySet()).allSatisfy(replica -> assertThat(replica.entries()).isEqualTo(everything()));
    }

    private void add(Replica replica) {
        model.put(replica, new LinkedHashMap<>());
    }

    private void change(Random random, Replica replica, Map<Integer, Entry> tracked) {
        int holder = random.nextInt(HOLDERS);
        if (random.nextInt(3) > 0) {
            var entry = new Entry("ref-" + refs++, "key-" + holder, "x".repeat(random.nextInt(3_000)));
            replica.own.put(holder, entry);
            tracked.put(holder, entry);
        } else if (tracked.remove(holder) != null) {
            assertThat(replica.own.remove(holder)).isNotNull();
        }
    }

    /** What is due arrives, then all say what they have to say. */
    private void step(Random random, double loss, int mostDelay) {
        now += STEP;
        while (!network.isEmpty() && network.peek().at() <= now) {
            var arrival = network.remove();
            arrival.to().take(arrival.message(), now);
        }
        for (var replica : model.keySet()) {
            replica.flush(now).forEach(message -> send(random, message, loss, mostDelay));
        }
    }

    private void send(Random random, PodMessage message, double loss, int mostDelay) {
        for (var replica : model.keySet()) {
            int copies = random.nextDouble() < loss ? random.nextInt(2) * 2 : 1;
            for (int copy = 0; copy < copies; copy++) {
                network.add(new Arrival(now + random.nextInt(mostDelay + 1), replica, message));
            }
        }
    }

    private Map<String, Entry> everything() {
        List<Entry> all = new ArrayList<>();
        model.values().forEach(tracked -> all.addAll(tracked.values()));
        var byRef = new LinkedHashMap<String, Entry>();
        all.forEach(entry -> byRef.put(entry.ref(), entry));
        return byRef;
    }

    /** What the broker brings, and when. */
    private record Arrival(long at, Replica to, PodMessage message) {
    }
}

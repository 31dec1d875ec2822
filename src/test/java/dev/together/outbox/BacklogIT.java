package dev.together.outbox;

import static dev.together.testing.TestProcess.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.together.testing.Metrics;
import dev.together.testing.Needs;
import dev.together.testing.Person;
import dev.together.testing.Pods;
import dev.together.testing.Program;
import dev.together.testing.TogetherProcess;
import dev.together.testing.Wire;

/** What waits in the outbox is more than NATS may owe an answer for at once. */
@SuppressWarnings("NullAway.Init") // set before all
@Needs(Program.NATS_SERVER)
class BacklogIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int PENDING_BYTES = 5_000;
    private static final String LONG = "x".repeat(1_000);
    private static final String TOO_LONG = "x".repeat(PENDING_BYTES);

    private static Pods pods;
    private static TogetherProcess one;

    @BeforeAll
    static void start() {
        pods = new Pods();
        one = pods.start(Map.of("TOGETHER_NATS_PENDING_BYTES", String.valueOf(PENDING_BYTES)));
    }

    @AfterAll
    static void end() {
        pods.close();
    }

    @Test
    void an_event_that_is_more_than_that_by_itself_is_heard_and_leaves_the_outbox() {
        try (var alice = new Person(one.url()); var bob = new Person(one.url())) {
            var chat = alice.opensWith(bob);
            var wires = List.of(alice.online(), bob.online());

            alice.says(chat, TOO_LONG);

            wires.forEach(wire -> wire.hears("message-insert"));
            outboxEmpties();
        }
    }

    @Test
    void a_backlog_is_heard_in_order_and_once_and_leaves_the_outbox() {
        try (var alice = new Person(one.url()); var bob = new Person(one.url())) {
            var chat = alice.opensWith(bob);
            var wires = List.of(alice.online(), bob.online());
            pods.nats.kill();
            waitUntil(PATIENCE, () -> !one.isConnected());
            IntStream.rangeClosed(1, 40).forEach(i -> alice.says(chat, i % 10 == 5 ? TOO_LONG : LONG));

            pods.nats.startAgain();
            waitUntil(PATIENCE, one::isConnected);

            wires.forEach(wire -> assertThat(numbers(wire, 40)).isEqualTo(IntStream.rangeClosed(1, 40).boxed().toList()));
            outboxEmpties();
            wires.forEach(Wire::hearsNothing);
        }
    }

    private static void outboxEmpties() {
        var metrics = new Metrics(one.management("/q/metrics"));
        metrics.becomes(entries -> entries == 0, "together_outbox_entries");
    }

    private static List<Integer> numbers(Wire wire, int count) {
        return wire.hears("message-insert", count).stream()
                .map(heard -> heard.content().getJsonObject("message").getInteger("message_number")).toList();
    }
}

package dev.together.ops;

import static dev.together.testing.TestProcess.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.together.testing.Needs;
import dev.together.testing.Person;
import dev.together.testing.Pods;
import dev.together.testing.Program;
import dev.together.testing.ReturningClient;
import dev.together.testing.TestTokens;
import dev.together.testing.TogetherProcess;
import dev.together.testing.Wire;

/** Two processes are replaced, one after the other, while people talk. */
@Needs(Program.NATS_SERVER)
class RollingIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int RESTARTING = 1012;
    private static final int TERMINATED = 143;

    private final Pods pods = new Pods();
    private final List<TogetherProcess> serving = new CopyOnWriteArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final Set<Integer> acknowledged = new ConcurrentSkipListSet<>();
    private final List<String> failed = new CopyOnWriteArrayList<>();
    private volatile boolean isTalking = true;

    @AfterEach
    void end() {
        isTalking = false;
        pods.close();
    }

    @Test
    void nothing_fails_and_nobody_misses_anything_while_both_processes_are_replaced() {
        serving.add(start());
        serving.add(start());
        var alice = new Person(serving.get(0).url());
        var listeners = IntStream.range(0, 10).mapToObj(i -> new Person(serving.get(1).url())).toList();
        var chat = alice.opensWith(listeners.toArray(Person[]::new));
        var clients = listeners.stream().map(person -> new ReturningClient(person, this::next)).toList();
        waitUntil(PATIENCE, () -> clients.stream().allMatch(ReturningClient::isOnline));
        var talk = talk(alice, chat);

        roll(serving.get(0));
        roll(serving.get(0));

        isTalking = false;
        waitUntil(PATIENCE, () -> !talk.isAlive());
        waitUntil(PATIENCE, () -> clients.stream().allMatch(client -> client.heard.equals(acknowledged)));
        assertThat(failed).isEmpty();
        assertThat(acknowledged).hasSizeGreaterThan(50);
        assertThat(clients).allSatisfy(client -> {
            assertThat(client.disorder).isEmpty();
            assertThat(client.closes).isNotEmpty().containsOnly(RESTARTING);
        });
        clients.forEach(ReturningClient::close);
    }

    /** Starts another process and ends this one, as a Deployment does. */
    private void roll(TogetherProcess old) {
        serving.add(start());
        old.terminate();
        waitUntil(PATIENCE, () -> !old.isReady());
        // The endpoints learn of it after it was asked to end, and before its delay is over.
        serving.remove(old);
        assertThat(Wire.refusal(old.url(), TestTokens.anon())).isEqualTo(503);
        assertThat(old.waitForEnd()).isEqualTo(TERMINATED);
    }

    /** Its delay is longer than this test may stand still between the end that it asks for and what the endpoints learn. */
    private TogetherProcess start() {
        return pods.start(Map.of("TOGETHER_DRAIN_DELAY", "6s"));
    }

    private URI next() {
        var now = List.copyOf(serving);
        return now.get(turn.getAndIncrement() % now.size()).url();
    }

    private Thread talk(Person person, String chat) {
        var thread = new Thread(() -> {
            while (isTalking) {
                sayOnce(person, chat);
            }
        }, "talk");
        thread.start();
        return thread;
    }

    private void sayOnce(Person person, String chat) {
        try {
            var answer = Person.call(next(), "chat-send", person.token, Person.message(chat, "Hello").encode());
            if (answer.status() == 200) {
                acknowledged.add(answer.body().getJsonObject("saved").getInteger("message_number"));
            } else if (answer.status() != 429) {
                failed.add(answer.toString());
            }
        } catch (RuntimeException e) {
            failed.add(e.toString());
        }
    }
}

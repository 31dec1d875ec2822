package dev.together.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.RepeatedTest;

import dev.together.testing.Person;
import dev.together.testing.Wire;
import dev.together.testing.Wire.Received;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class LeaveUnderLoadTest extends WithPeople {

    private static final int BEFORE = 10;
    private static final int EACH = 30;
    private static final Duration SILENCE = Duration.ofMillis(600);
    private static final Executor THREADS = task -> new Thread(task).start();

    @RepeatedTest(5)
    void who_leaves_while_others_talk_hears_nothing_more_at_once() {
        var alice = person();
        var bob = person();
        var carol = person();
        var chat = alice.opensWith(bob, carol);
        var bobsWire = bob.online();
        var talk = Stream.of(alice, carol, alice, carol)
                .map(person -> CompletableFuture.runAsync(() -> talk(person, chat), THREADS)).toList();
        assertThat(bobsWire.hears("message-insert", BEFORE)).hasSize(BEFORE);

        bob.leaves(chat);

        int after = alice.says(chat, "Bob has left").getInteger("message_number");
        talk.forEach(CompletableFuture::join);
        var heard = heardUntilSilent(bobsWire);
        var last = heard.remove(heard.size() - 1);
        assertThat(last.content().getString("eventType")).isEqualTo("DELETE");
        assertThat(numbers(heard)).isEqualTo(IntStream.range(0, heard.size()).map(at -> BEFORE + 1 + at).boxed().toList())
                .allMatch(number -> number < after);
    }

    private static void talk(Person person, String chat) {
        IntStream.range(0, EACH).forEach(number -> person.says(chat, "Message " + number));
    }

    private static List<Received> heardUntilSilent(Wire wire) {
        var heard = new ArrayList<Received>();
        for (Optional<Received> next = wire.nextWithin(SILENCE); next.isPresent(); next = wire.nextWithin(SILENCE)) {
            heard.add(next.get());
        }
        return heard;
    }

    private static List<Integer> numbers(List<Received> messages) {
        return messages.stream().map(heard -> heard.content().getJsonObject("message").getInteger("message_number")).toList();
    }
}

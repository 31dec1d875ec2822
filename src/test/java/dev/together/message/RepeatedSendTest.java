package dev.together.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.together.testing.Answer;
import dev.together.testing.Person;
import dev.together.testing.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class RepeatedSendTest {

    @TestHTTPResource
    URI server;

    @Test
    void the_same_message_at_the_same_instant_is_stored_and_told_once() {
        try (var alice = new Person(server); var bob = new Person(server)) {
            var chat = alice.opensWith(bob);
            var bobsWire = bob.online();
            var message = Person.message(chat, "Hello").put("client_msg_id", "m-1");

            var answers = atOnce(16, () -> alice.calls("chat-send", message.copy()));

            assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
            assertThat(answers.stream().map(answer -> answer.body().getJsonObject("saved")).distinct()).hasSize(1);
            assertThat(bobsWire.hears("message-insert").id())
                    .isEqualTo(answers.get(0).body().getJsonObject("saved").getString("id"));
            bobsWire.hearsNothing();
            assertThat(alice.says(chat, "Next").getLong("message_number")).isEqualTo(2);
        }
    }

    private static List<Answer> atOnce(int count, java.util.function.Supplier<Answer> call) {
        var threads = Executors.newFixedThreadPool(count);
        try {
            var calls = IntStream.range(0, count).mapToObj(index -> CompletableFuture.supplyAsync(call, threads)).toList();
            return calls.stream().map(CompletableFuture::join).toList();
        } finally {
            threads.shutdown();
        }
    }
}

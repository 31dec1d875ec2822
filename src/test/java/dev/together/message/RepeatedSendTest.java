package dev.together.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;

import org.junit.jupiter.api.Test;

import dev.together.testing.AtOnce;
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

            var answers = AtOnce.call(16, index -> alice.calls("chat-send", message.copy()));

            assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
            assertThat(answers.stream().map(answer -> answer.body().getJsonObject("saved")).distinct()).hasSize(1);
            assertThat(bobsWire.hears("message-insert").id())
                    .isEqualTo(answers.get(0).body().getJsonObject("saved").getString("id"));
            bobsWire.hearsNothing();
            assertThat(alice.says(chat, "Next").getLong("message_number")).isEqualTo(2);
        }
    }
}

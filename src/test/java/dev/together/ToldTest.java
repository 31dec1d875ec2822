package dev.together;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;

import org.junit.jupiter.api.Test;

import dev.together.testing.Person;
import dev.together.testing.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class ToldTest {

    @TestHTTPResource
    URI server;

    @Test
    void every_participant_hears_a_message_once() {
        try (var alice = new Person(server); var bob = new Person(server); var eve = new Person(server)) {
            var chat = alice.opensWith(bob);
            var alicesWire = alice.online();
            var bobsWire = bob.online();
            var evesWire = eve.online();

            var saved = alice.says(chat, "Hello");

            var heardByBob = bobsWire.hears("message-insert");
            assertThat(heardByBob.content().getJsonObject("message")).isEqualTo(saved);
            assertThat(alicesWire.hears("message-insert").id()).isEqualTo(heardByBob.id());
            bobsWire.hearsNothing();
            evesWire.hearsNothing();
        }
    }
}

package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;

import dev.together.testing.Person;
import dev.together.testing.TestTokens;
import dev.together.testing.Wire;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

/** What becomes of a connection when its token ends; the grace is three seconds here. */
@QuarkusTest
class TokenLifeTest extends WithPeople {

    @Test
    void after_the_grace_the_connection_is_closed_so_that_clients_come_back_with_a_new_token() {
        var alice = person();
        var wire = joined(alice, 2);

        var notice = wire.receives(frame -> frame.event().equals("system"));

        assertThat(notice.payload().getString("status")).isEqualTo("ok");
        assertThat(notice.payload().getString("message")).matches("Token has expired \\d+ seconds ago");
        assertThat(wire.isClosed()).isEqualTo(4001);
    }

    @Test
    void a_token_renewed_within_the_grace_brings_what_was_held_back() {
        var alice = person();
        var chat = alice.opens();
        var wire = joined(alice, 2);
        var held = alice.says(chat, "1");
        while (wire.mayHear("message-insert").isPresent()) {
            // Not so many that the limit refuses them.
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            held = alice.says(chat, "next");
        }

        wire.send("1", "2", alice.topic(), "access_token", new JsonObject().put("access_token", alice.token));

        assertThat(wire.hears("message-insert").content().getJsonObject("message")).isEqualTo(held);
        alice.says(chat, "live again");
        assertThat(wire.hears("message-insert").content().getJsonObject("message").getString("text")).isEqualTo("live again");
        assertThat(wire.isOpen()).isTrue();
    }

    static Wire joined(Person person, int secondsToLive) {
        var wire = person.wire("2.0.0");
        wire.joins(person.topic(), TestTokens.ofUser(person.id, Instant.now().plusSeconds(1 + secondsToLive)));
        return wire;
    }
}

package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;

import dev.together.channel.EventPublisher;
import dev.together.event.Event.MessageInsert;
import dev.together.event.EventPosition;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

/** A message that was under way between pods when its hearer left, and comes after they have resumed. */
@QuarkusTest
class LeftWhileAwayTest extends WithPeople {

    /** As a client that had sent frames before. */
    private static final int AS_ONE_WHO_RETURNS = 20;

    @Inject
    EventPublisher publisher;

    @Test
    void who_left_does_not_hear_it_and_who_stayed_does() {
        var alice = person();
        var bob = person();
        var carol = person();
        var chat = alice.opensWith(bob, carol);
        alice.says(chat, "Before");
        bob.leaves(chat);
        var bobsWire = bob.wire("2.0.0").continuingFrom(AS_ONE_WHO_RETURNS);
        bobsWire.joins(bob.topic(), bob.token);
        assertThat(bobsWire.hearsUpdate("DELETE").isReplayed()).isTrue();
        var carolsWire = carol.online();

        var late = late(chat, 1);
        publisher.publish(List.of(bob.id, carol.id), late);

        assertThat(carolsWire.hears("message-insert").id()).isEqualTo(late.id());
        bobsWire.hearsNothing();
    }

    @Test
    void who_left_and_came_back_hears_only_what_was_said_since() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        alice.says(chat, "Before");
        bob.leaves(chat);
        bob.joins(chat);
        var wire = bob.wire("2.0.0").continuingFrom(AS_ONE_WHO_RETURNS);
        wire.joins(bob.topic(), bob.token);
        assertThat(wire.hearsUpdate("DELETE").isReplayed()).isTrue();
        assertThat(wire.hearsUpdate("INSERT").isReplayed()).isTrue();

        publisher.publish(List.of(bob.id), late(chat, 1));
        var since = alice.says(chat, "Since").getString("id");

        assertThat(wire.hears("message-insert").id()).isEqualTo(since);
        wire.hearsNothing();
    }

    private static MessageInsert late(String chat, long number) {
        var id = UUID.randomUUID().toString();
        var message = new JsonObject().put("id", id).put("message_number", number).put("text", "Before");
        return new MessageInsert(id, EventPosition.ofMessage(UUID.fromString(chat), number, Instant.now().toEpochMilli(),
                EventPosition.NOTHING_BEFORE), UUID.fromString(chat), Map.copyOf(message.getMap()));
    }
}

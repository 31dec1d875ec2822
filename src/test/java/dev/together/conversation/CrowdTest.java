package dev.together.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;

import dev.together.testing.Described;
import dev.together.testing.Person;
import dev.together.testing.Wire;
import dev.together.testing.Wire.Received;
import dev.together.testing.WithPeople;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;

/** What people are told who are many. */
@QuarkusTest
class CrowdTest extends WithPeople {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_BYTES = 1_000;

    @Inject
    Pool pool;

    @TestHTTPResource("/asyncapi.yaml")
    URI description;

    @Test
    void up_to_100_people_an_update_has_them_all() {
        var alice = person();
        var chat = crowd(alice, 99);
        var wire = alice.online();

        var joined = person().joins(chat);

        assertThat(update(wire, 100)).isEqualTo(joined);
        assertThat(joined.getJsonArray("participants")).hasSize(100);
        assertThat(joined.containsKey("participant_count")).isFalse();
    }

    @Test
    void above_100_people_an_update_tells_who_came_and_who_went() {
        var alice = person();
        var bob = person();
        var chat = crowd(alice, 101);
        var wire = alice.online();

        var bobsView = bob.joins(chat);
        var came = update(wire, 102);
        bob.leaves(chat);
        var went = update(wire, 101);

        var himself = new JsonArray().add(participant(bobsView, bob));
        assertThat(came).isEqualTo(withoutPeople(bobsView).put("joined", himself).put("left", new JsonArray())
                .put("participant_count", 102));
        assertThat(went.getJsonArray("joined")).isEmpty();
        assertThat(went.getJsonArray("left")).isEqualTo(himself);
        assertThat(went.getInteger("participant_count")).isEqualTo(101);
        assertThat(went.containsKey("participants")).isFalse();
        assertThat(came.encode().length()).isLessThan(MOST_BYTES);
        assertThat(went.encode().length()).isLessThan(MOST_BYTES);
    }

    @Test
    void who_are_101_hear_a_difference_and_who_are_100_again_the_list() {
        var alice = person();
        var bob = person();
        var chat = crowd(alice, 100);
        var wire = alice.online();

        bob.joins(chat);
        assertThat(update(wire, 101).containsKey("participants")).isFalse();
        bob.leaves(chat);

        assertThat(update(wire, 100).containsKey("joined")).isFalse();
    }

    @Test
    void a_crowd_is_told_that_its_conversation_is_closed_without_a_list() {
        var alice = person();
        var chat = crowd(alice, 300);
        var wire = alice.online();

        alice.calls("share-conversation", Person.conversation(chat).put("is_public", false)).succeeds();

        var closed = update(wire, 300);
        assertThat(closed.getBoolean("is_public")).isFalse();
        assertThat(closed.getJsonArray("joined")).isEmpty();
        assertThat(closed.getJsonArray("left")).isEmpty();
        assertThat(closed.getInteger("participant_count")).isEqualTo(300);
    }

    @Test
    void who_joins_a_crowd_is_told_of_100_people_and_how_many_there_are() {
        var alice = person();
        var bob = person();
        var chat = crowd(alice, 300);
        var wire = bob.online();

        var reply = bob.joins(chat);

        var appeared = wire.hearsUpdate("INSERT").content().getJsonObject("data");
        assertThat(reply.getJsonArray("participants")).hasSize(301);
        assertThat(appeared.getInteger("participant_count")).isEqualTo(301);
        var told = appeared.getJsonArray("participants");
        assertThat(told).hasSize(100).contains(participant(reply, alice), participant(reply, bob)).doesNotHaveDuplicates();
        assertThat(appeared.encode().length()).isLessThan(16_000);
    }

    @Test
    void of_the_comings_and_goings_of_a_crowd_only_the_difference_is_stored() {
        var alice = person();
        var bob = person();
        var chat = crowd(alice, 300);
        long before = storedBytes(chat);

        bob.joins(chat);
        bob.leaves(chat);

        assertThat(storedBytes(chat) - before).isLessThan(16_000 + 3 * MOST_BYTES);
    }

    @Test
    void what_a_crowd_is_told_is_as_described() {
        var events = new Described(description);
        var alice = person();
        var bob = person();
        var chat = crowd(alice, 200);
        var alicesWire = alice.online();
        var bobsWire = bob.online();

        bob.joins(chat);

        var came = alicesWire.receives(frame -> frame.name().equals("conversation-update") && count(frame) == 201);
        for (var told : List.of(came, bobsWire.hearsUpdate("INSERT"))) {
            var schema = events.at("/components/messages/conversation-update/payload");
            assertThat(events.complaints(schema, told.payload().encode())).isEmpty();
        }
    }

    /** The next update that tells of so many. */
    private static JsonObject update(Wire wire, int count) {
        return wire.receives(frame -> frame.name().equals("conversation-update")
                && frame.content().getString("eventType").equals("UPDATE") && count(frame) == count)
                .content().getJsonObject("data");
    }

    private static int count(Received update) {
        var data = update.content().getJsonObject("data");
        return data.getInteger("participant_count", data.getJsonArray("participants", new JsonArray()).size());
    }

    private static JsonObject withoutPeople(JsonObject conversation) {
        var rest = conversation.copy();
        var unused = rest.remove("participants");
        return rest;
    }

    private static JsonObject participant(JsonObject conversation, Person person) {
        return conversation.getJsonArray("participants").stream().map(JsonObject.class::cast)
                .filter(one -> one.getString("user_id").equals(person.id.toString())).findFirst().orElseThrow();
    }

    /** A shared conversation of so many, its owner among them. */
    private String crowd(Person owner, int count) {
        var chat = owner.opensWith();
        pool.preparedQuery("""
                insert into conversations_participants (conversation_id, user_id, role, joined_at)
                select $1, gen_random_uuid(), 'member', now() from generate_series(2, $2::int)
                """).execute(Tuple.of(UUID.fromString(chat), count)).await().atMost(PATIENCE);
        return chat;
    }

    private long storedBytes(String chat) {
        return pool
                .preparedQuery("select sum(octet_length(data)) as bytes from conversation_updates where conversation_id = $1")
                .execute(Tuple.of(UUID.fromString(chat))).await().atMost(PATIENCE).iterator().next().getLong("bytes");
    }
}

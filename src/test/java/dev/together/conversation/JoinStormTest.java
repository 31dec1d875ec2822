package dev.together.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import dev.together.testing.Person;
import dev.together.testing.Wire;
import dev.together.testing.Wire.Received;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What somebody is told who comes back after others came and went. */
@QuarkusTest
class JoinStormTest extends WithPeople {

    private static final int STORM = 990;
    private static final Duration ARRIVES_WITHIN = Duration.ofSeconds(30);
    private static final Duration SILENCE = Duration.ofSeconds(1);

    @Inject
    ParticipantStore store;

    @Test
    void who_comes_back_after_a_join_storm_is_told_of_each_person_once() throws Throwable {
        var alice = person();
        var chat = alice.opensWith();
        var since = fromNowOn();
        for (int number = 0; number < STORM; number++) {
            join(chat, UUID.randomUUID());
        }

        var heard = heard(resumes(alice, since));

        long bytes = heard.stream().mapToLong(frame -> frame.payload().encode().length()).sum();
        System.out.println("Told after " + STORM + " joins: " + heard.size() + " events, " + bytes + " bytes");
        assertThat(bytes).isLessThan(200L * STORM);
        assertThat(heard).allMatch(Received::isReplayed);
        assertThat(known(heard)).hasSize(STORM + 1);
    }

    @Test
    void of_several_updates_the_newest_is_told_and_it_is_the_same_event() {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith();
        var wire = alice.online();
        var since = fromNowOn();
        bob.joins(chat);
        alice.says(chat, "Hello");
        person().joins(chat);
        bob.leaves(chat);
        wire.hearsOfParticipants(3);
        var newest = wire.hearsOfParticipants(2);

        var heard = heard(resumes(alice, since));

        assertThat(heard).extracting(Received::name).containsExactly("message-insert", "conversation-update");
        assertThat(heard.get(1).id()).isEqualTo(newest.id());
        assertThat(heard.get(1).content()).isEqualTo(newest.content());
    }

    @Test
    void the_newest_update_of_a_crowd_tells_all_who_came_and_went_meanwhile() throws Throwable {
        var alice = person();
        var bob = person();
        var carol = person();
        var dave = person();
        var chat = alice.opensWith(dave);
        crowd(chat, 102);
        var since = fromNowOn();
        var wire = alice.online();
        bob.joins(chat);
        carol.joins(chat);
        bob.leaves(chat);
        alice.calls("share-conversation", Person.conversation(chat).put("is_public", false)).succeeds();
        dave.leaves(chat);
        var newest = wire.receives(frame -> frame.event().equals("broadcast")
                && ids(frame.content().getJsonObject("data").getJsonArray("left", new JsonArray()))
                        .contains(dave.id.toString()));

        var heard = heard(resumes(alice, since));

        assertThat(heard).extracting(Received::id).containsExactly(newest.id());
        var told = heard.get(0).content().getJsonObject("data");
        assertThat(ids(told.getJsonArray("joined"))).containsExactly(carol.id.toString());
        assertThat(ids(told.getJsonArray("left"))).containsExactlyInAnyOrder(bob.id.toString(), dave.id.toString());
        assertThat(told.getInteger("participant_count")).isEqualTo(102);
        assertThat(told.containsKey("participants")).isFalse();
        assertThat(told.getBoolean("is_public")).isFalse();
        assertThat(withoutPeople(told)).isEqualTo(withoutPeople(newest.content().getJsonObject("data")));
    }

    @Test
    void who_left_and_is_back_has_come() throws Throwable {
        var alice = person();
        var bob = person();
        var chat = alice.opensWith(bob);
        crowd(chat, 102);
        var since = fromNowOn();
        bob.leaves(chat);
        bob.joins(chat);

        var told = heard(resumes(alice, since)).get(0).content().getJsonObject("data");

        assertThat(ids(told.getJsonArray("joined"))).containsExactly(bob.id.toString());
        assertThat(told.getJsonArray("left")).isEmpty();
    }

    @Test
    void where_they_become_a_crowd_the_last_whole_list_comes_before_the_difference() throws Throwable {
        var alice = person();
        var chat = alice.opensWith();
        crowd(chat, 98);
        var since = fromNowOn();
        for (int number = 0; number < 5; number++) {
            join(chat, UUID.randomUUID());
        }

        var heard = heard(resumes(alice, since));

        assertThat(heard).hasSize(2);
        assertThat(heard.get(0).content().getJsonObject("data").getJsonArray("participants")).hasSize(100);
        assertThat(heard.get(1).content().getJsonObject("data").getJsonArray("joined")).hasSize(3);
        assertThat(known(heard)).hasSize(103);
    }

    @Test
    void where_more_came_and_went_than_there_are_the_list_is_told() throws Throwable {
        var alice = person();
        var chat = alice.opensWith();
        crowd(chat, 101);
        var since = fromNowOn();
        for (int number = 0; number < 110; number++) {
            var passerBy = UUID.randomUUID();
            join(chat, passerBy);
            leave(chat, passerBy);
        }

        var heard = heard(resumes(alice, since));

        assertThat(heard).hasSize(1);
        var told = heard.get(0).content().getJsonObject("data");
        var listed = alice.calls("list-conversations", new JsonObject()).succeeds().getJsonArray("conversations")
                .getJsonObject(0).getJsonArray("participants");
        assertThat(ids(told.getJsonArray("participants"))).containsExactlyInAnyOrderElementsOf(ids(listed));
        assertThat(told.getJsonArray("participants").getJsonObject(0).fieldNames())
                .containsExactlyElementsOf(listed.getJsonObject(0).fieldNames());
        assertThat(told.containsKey("joined")).isFalse();
        assertThat(told.containsKey("left")).isFalse();
    }

    /** Nothing before it is asked for: replays are asked for by the millisecond. */
    private static Instant fromNowOn() {
        var next = Instant.now().truncatedTo(ChronoUnit.MILLIS).plusMillis(1);
        while (Instant.now().isBefore(next)) {
            Thread.onSpinWait();
        }
        return next;
    }

    /** Whom a client knows that does as the events say. */
    private static Set<String> known(List<Received> heard) {
        var known = new HashSet<String>();
        for (var update : heard) {
            var data = update.content().getJsonObject("data");
            if (data.containsKey("participants")) {
                known.clear();
                known.addAll(ids(data.getJsonArray("participants")));
            } else {
                known.addAll(ids(data.getJsonArray("joined")));
                known.removeAll(ids(data.getJsonArray("left")));
            }
        }
        return known;
    }

    private static List<String> ids(JsonArray people) {
        return people.stream().map(one -> ((JsonObject) one).getString("user_id")).toList();
    }

    private static JsonObject withoutPeople(JsonObject conversation) {
        var rest = new JsonObject();
        conversation.stream().filter(field -> !List.of("joined", "left").contains(field.getKey()))
                .forEach(field -> rest.put(field.getKey(), field.getValue()));
        return rest;
    }

    private static Wire resumes(Person person, Instant since) {
        var wire = person.wire("2.0.0").continuingFrom(5);
        var replay = new JsonObject().put("replay", new JsonObject().put("since", since.toEpochMilli()));
        var config = new JsonObject().put("private", true).put("broadcast", replay);
        var reply = wire.join(person.topic(), new JsonObject().put("config", config).put("access_token", person.token));
        assertThat(reply.status()).isEqualTo("ok");
        return wire;
    }

    /** All that comes, from the first broadcast until there is silence. */
    private static List<Received> heard(Wire wire) {
        var heard = new ArrayList<Received>();
        for (Optional<Received> next = wire.nextWithin(ARRIVES_WITHIN); next.isPresent(); next = wire.nextWithin(SILENCE)) {
            next.filter(frame -> frame.event().equals("broadcast")).ifPresent(heard::add);
        }
        return heard;
    }

    /** So many are in it then; the store is asked, as over HTTP it takes long. */
    private void crowd(String chat, int count) throws Throwable {
        int there = 1;
        while (there < count) {
            there = join(chat, UUID.randomUUID()).conversation().participants.size();
        }
    }

    @CanIgnoreReturnValue
    private ConversationChange join(String chat, UUID user) throws Throwable {
        return VertxContextSupport.subscribeAndAwait(() -> store.join(UUID.fromString(chat), user));
    }

    @CanIgnoreReturnValue
    private ConversationChange leave(String chat, UUID user) throws Throwable {
        return VertxContextSupport.subscribeAndAwait(() -> store.leave(UUID.fromString(chat), user));
    }
}

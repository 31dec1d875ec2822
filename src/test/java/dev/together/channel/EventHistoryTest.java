package dev.together.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;

import dev.together.event.EncodedEvent;
import dev.together.event.EventRef;
import dev.together.testing.Person;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

/** How much of the store is in memory at a time. */
@QuarkusTest
class EventHistoryTest extends WithPeople {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int PAGE = 256 * 1024;
    private static final int ALL = 1_000;

    @Inject
    EventHistory history;

    @Test
    void events_are_read_in_order_in_pages_of_bounded_size_and_each_once() {
        var alice = person();
        var bob = person();
        var since = Instant.now().minusSeconds(1);
        var ids = new ArrayList<String>();
        var chat = alice.opens();
        for (int number = 0; number < 12; number++) {
            ids.add(alice.says(chat, "x".repeat(60_000)).getString("id"));
        }
        alice.shares(chat);
        bob.joins(chat);
        ids.add(alice.says(chat, "Last").getString("id"));

        var missed = history.since(alice.id, since, ALL).await().atMost(PATIENCE);

        assertThat(missed.isCut()).isFalse();
        assertThat(missed.pages()).hasSize(3)
                .allSatisfy(page -> assertThat(page.stream().mapToInt(EventRef::bytes).sum()).isLessThanOrEqualTo(PAGE));
        var read = missed.pages().stream().map(this::read).flatMap(List::stream).toList();
        assertThat(read).extracting(EncodedEvent::id).hasSize(missed.events().size()).doesNotHaveDuplicates()
                .containsSubsequence(ids);
        assertThat(read.get(0).json()).contains("INSERT");
    }

    @Test
    void what_one_revision_tells_several_users_is_told_to_each_alone() {
        var alice = person();
        var bob = person();
        var since = Instant.now().minusSeconds(1);
        var chat = alice.opensWith(bob);

        assertThat(updates(alice, since)).containsExactly("INSERT", "UPDATE", "UPDATE");
        assertThat(updates(bob, since)).containsExactly("INSERT");
        bob.leaves(chat);
        assertThat(updates(bob, since)).containsExactly("INSERT", "DELETE");
    }

    @Test
    void the_newest_are_kept_where_there_are_too_many() {
        var alice = person();
        var since = Instant.now().minusSeconds(1);
        var chat = alice.opens();
        for (int number = 1; number <= 5; number++) {
            alice.says(chat, "Number " + number);
        }

        var missed = history.since(alice.id, since, 2).await().atMost(PATIENCE);

        assertThat(missed.isCut()).isTrue();
        assertThat(missed.events()).extracting(EventRef::number).containsExactly(4L, 5L);
    }

    private List<String> updates(Person person, Instant since) {
        var missed = history.since(person.id, since, ALL).await().atMost(PATIENCE);
        return missed.pages().stream().map(this::read).flatMap(List::stream)
                .map(event -> new JsonObject(event.json()).getJsonObject("payload").getString("eventType")).toList();
    }

    private List<EncodedEvent> read(List<EventRef> page) {
        return history.read(page).await().atMost(PATIENCE);
    }
}

package dev.together.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.together.event.EncodedEvent;
import dev.together.event.EventPosition;
import dev.together.event.StreamId;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;

/** What any broker must do. */
abstract class BrokerContract {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    final String subject = "user-realtime." + UUID.randomUUID();
    final Received heard = new Received();

    /** The broker of the pod that hears. */
    abstract Broker here();

    /** The broker of another pod, or the same where there is one pod only. */
    abstract Broker there();

    @BeforeEach
    void listen() {
        here().connect(heard);
    }

    @Test
    void a_publication_arrives_as_it_was_published() {
        var position = new EventPosition(new StreamId(UUID.randomUUID(), StreamId.Kind.CONVERSATION), 7, 1_700_000_000_123L,
                1_700_000_000_000L, 3);
        var event = new EncodedEvent("an id", position, "a sender", "{\"text\":\"Grüße 👋\"}", Buffer.buffer("raw"));
        subscribe(subject);

        there().publish(List.of(subject), event);

        heard.waitFor(1);
        assertThat(heard.events).containsExactly(event);
        assertThat(heard.subjects).containsExactly(subject);
    }

    @Test
    void no_bytes_at_all_and_none_to_speak_of_are_two_things() {
        var raw = new EncodedEvent("", null, "", "the event", Buffer.buffer());
        var json = new EncodedEvent("", null, "", "{}", null);
        subscribe(subject);

        there().publish(List.of(subject), raw);
        there().publish(List.of(subject), json);

        heard.waitFor(2);
        assertThat(heard.events).containsExactly(raw, json);
    }

    @Test
    void a_publication_arrives_in_its_trace() {
        var traced = event(1).inTrace("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        subscribe(subject);

        there().publish(List.of(subject), traced);

        heard.waitFor(1);
        assertThat(heard.events).containsExactly(traced);
    }

    @Test
    void publications_on_a_subject_arrive_in_order() {
        int count = 5_000;
        subscribe(subject);

        IntStream.range(0, count).forEach(i -> there().publish(List.of(subject), event(i)));

        heard.waitFor(count);
        assertThat(heard.ids()).isEqualTo(IntStream.range(0, count).mapToObj(String::valueOf).toList());
    }

    @Test
    void what_is_published_after_subscribe_completed_arrives() {
        int rounds = 300;

        for (int i = 0; i < rounds; i++) {
            subscribe(subject + "." + i);
            there().publish(List.of(subject + "." + i), event(i));
        }

        heard.waitFor(rounds);
        assertThat(heard.ids()).hasSize(rounds).doesNotHaveDuplicates();
    }

    @Test
    void many_subscriptions_at_once_complete() {
        var subscriptions = IntStream.range(0, 2_000).mapToObj(i -> here().subscribe(subject + "." + i)).toList();

        done(Uni.join().all(subscriptions).andCollectFailures().replaceWithVoid());

        there().publish(IntStream.range(0, 2_000).mapToObj(i -> subject + "." + i).toList(), event(1));
        heard.waitFor(2_000);
    }

    @Test
    void a_publication_to_several_subjects_arrives_once_for_each() {
        subscribe(subject + ".a");
        subscribe(subject + ".b");

        there().publish(List.of(subject + ".a", subject + ".b", subject + ".c"), event(1));

        heard.waitFor(2);
        heard.stayForAMoment();
        assertThat(heard.subjects).containsExactlyInAnyOrder(subject + ".a", subject + ".b");
    }

    @Test
    void what_nobody_subscribed_to_is_not_heard() {
        subscribe(subject);

        there().publish(List.of(subject + "x", "user-realtime." + UUID.randomUUID()), event(1));

        heard.stayForAMoment();
        assertThat(heard.events).isEmpty();
    }

    @Test
    void after_unsubscribe_nothing_is_heard() {
        subscribe(subject);
        here().unsubscribe(subject);

        there().publish(List.of(subject), event(1));

        heard.stayForAMoment();
        assertThat(heard.events).isEmpty();
    }

    @Test
    void subscribing_again_after_unsubscribe_is_heard_once() {
        subscribe(subject);
        here().unsubscribe(subject);
        subscribe(subject);

        there().publish(List.of(subject), event(1));

        heard.waitFor(1);
        heard.stayForAMoment();
        assertThat(heard.ids()).containsExactly("1");
    }

    @Test
    void unsubscribing_what_was_never_subscribed_does_nothing() {
        here().unsubscribe(subject);

        assertThat(here().isConnected()).isTrue();
    }

    @Test
    void what_was_flushed_arrives() {
        subscribe(subject);
        long epoch = there().epoch();
        there().publish(List.of(subject), event(1));

        done(there().flush(epoch));

        heard.waitFor(1);
    }

    @Test
    void flushes_at_once_all_complete() {
        long epoch = there().epoch();
        var flushes = IntStream.range(0, 500).mapToObj(i -> there().flush(epoch)).toList();

        done(Uni.join().all(flushes).andCollectFailures().replaceWithVoid());
    }

    void subscribe(String name) {
        done(here().subscribe(name));
    }

    static void done(Uni<Void> work) {
        work.await().atMost(PATIENCE);
    }

    static EncodedEvent event(int number) {
        return new EncodedEvent(String.valueOf(number), null, "{}");
    }
}

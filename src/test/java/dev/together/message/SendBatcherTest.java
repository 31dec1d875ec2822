package dev.together.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import jakarta.inject.Inject;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.together.http.Failure;
import dev.together.testing.Person;
import dev.together.testing.Sql;
import dev.together.testing.TestDatabase;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgException;

/** Sends of one moment share a statement, and each has its own outcome all the same. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class SendBatcherTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'";

    @TestHTTPResource
    URI server;

    @Inject
    MessageStore messages;

    @Inject
    Pool pool;

    @Inject
    Vertx vertx;

    @Inject
    @DataSource("schema")
    AgroalDataSource database;

    private Person alice;
    private Person bob;

    @BeforeEach
    void people() {
        alice = new Person(server);
        bob = new Person(server);
    }

    @AfterEach
    void gone() {
        alice.close();
        bob.close();
    }

    @Test
    void a_hundred_at_once_share_statements_and_are_told_in_order() {
        var chat = UUID.fromString(alice.opens());
        var told = new CopyOnWriteArrayList<Long>();

        var sent = atOnce(
                numbers(100).map(number -> messages.send(SendRequest.replyingFirst(chat, alice.id, List.of(draft("m" + number)),
                        news -> told.add(news.messages().get(0).messageNumber())))).toList());

        assertThat(sent).extracting(each -> each.messages().get(0).text()).containsExactlyElementsOf(
                numbers(100).map(number -> "m" + number).toList());
        assertThat(sent).extracting(each -> each.messages().get(0).messageNumber())
                .containsExactlyElementsOf(numbers(100).toList());
        Sql.await("the last has been told, after its reply", () -> told.size() == 100);
        assertThat(told).containsExactlyElementsOf(numbers(100).toList());
        assertThat(statements(chat)).isBetween(1L, 50L);
    }

    @Test
    void a_stranger_among_them_is_refused_alone() {
        var chat = UUID.fromString(alice.opens());

        var outcomes = atOnce(numbers(20)
                .map(number -> outcome(messages.send(send(chat, number == 7 ? bob.id : alice.id, "Hello")))).toList());

        assertThat(outcomes).filteredOn(Failure.class::isInstance).hasSize(1);
        assertThat(outcomes.get(6)).isInstanceOfSatisfying(Failure.class,
                failure -> assertThat(failure.code()).isEqualTo(Failure.Code.NOT_FOUND));
        assertThat(stored(chat)).isEqualTo(19);
    }

    @Test
    void one_that_PostgreSQL_refuses_fails_alone() {
        var chat = UUID.fromString(alice.opens());

        var outcomes = atOnce(
                numbers(20).map(number -> outcome(messages.send(send(chat, alice.id, number == 7 ? "\0" : "Hello")))).toList());

        assertThat(outcomes).filteredOn(Throwable.class::isInstance).hasSize(1);
        assertThat(outcomes.get(6)).isInstanceOf(PgException.class);
        assertThat(stored(chat)).isEqualTo(19);
    }

    @Test
    void a_batch_among_them_stays_together_and_its_repetition_comes_back_in_its_place() {
        var chat = UUID.fromString(alice.opens());
        var batch = List.of(draft("one", "id-1"), draft("two", "id-2"), draft("three", "id-3"));

        var sent = atOnce(List.of(messages.send(send(chat, alice.id, "before")),
                messages.send(SendRequest.publishingFirst(chat, alice.id, List.of(draft("two", "id-2")), news -> {
                })),
                messages.send(SendRequest.publishingFirst(chat, alice.id, batch, news -> {
                })),
                messages.send(send(chat, alice.id, "after"))));

        assertThat(sent.get(2).messages()).extracting(Message::text).containsExactly("one", "two", "three");
        assertThat(sent.get(2).news()).hasSize(2);
        assertThat(sent.get(2).messages().get(1).id()).isEqualTo(sent.get(1).messages().get(0).id());
        assertThat(stored(chat)).isEqualTo(5);
    }

    @Test
    void two_processes_that_store_in_the_same_conversations_do_not_wait_for_each_other_for_ever() {
        var chats = numbers(12).map(number -> UUID.fromString(alice.opens())).toList();
        var one = new SendBatcher(vertx, pool, outcome -> Uni.createFrom().item(outcome.sent()));
        var other = new SendBatcher(vertx, pool, outcome -> Uni.createFrom().item(outcome.sent()));
        var sends = new ArrayList<Uni<SendResult>>();
        for (int round = 0; round < 40; round++) {
            for (int chat = 0; chat < chats.size(); chat++) {
                sends.add(one.store(send(chats.get(chat), alice.id, "one")));
                sends.add(other.store(send(chats.get(chats.size() - 1 - chat), alice.id, "other")));
            }
        }

        assertThat(atOnce(sends)).hasSize(40 * 12 * 2);

        assertThat(chats).allSatisfy(chat -> assertThat(stored(chat)).isEqualTo(80));
        assertThat(Sql.number(database, "select deadlocks from pg_stat_database where datname = current_database()")).isZero();
    }

    @Test
    void a_conversation_that_stays_locked_delays_no_other() throws SQLException {
        var locked = UUID.fromString(alice.opens());
        var others = numbers(30).map(number -> UUID.fromString(alice.opens())).toList();
        try (var connection = database.getConnection(); var lock = connection.createStatement()) {
            connection.setAutoCommit(false);
            lock.execute("select 1 from conversations where id = '" + locked + "' for update");
            var waiting = messages.send(send(locked, alice.id, "waits")).subscribeAsCompletionStage();
            Sql.await("it waits", () -> Sql.number(database, WAITING) > 0);

            assertThat(atOnce(others.stream().map(chat -> messages.send(send(chat, alice.id, "Hello"))).toList())).hasSize(30);

            assertThat(waiting).isNotDone();
            connection.commit();
            assertThat(waiting.join().messages().get(0).messageNumber()).isEqualTo(1);
        }
    }

    @Test
    void a_repetition_comes_back_from_a_locked_conversation_beside_what_waits_for_it() throws SQLException {
        var chat = UUID.fromString(alice.opens());
        var known = SendRequest.replyingFirst(chat, alice.id, List.of(draft("known", "id-1")), news -> {
        });
        var stored = atOnce(List.of(messages.send(known))).get(0).messages().get(0);
        try (var connection = database.getConnection(); var lock = connection.createStatement()) {
            connection.setAutoCommit(false);
            lock.execute("select 1 from conversations where id = '" + chat + "' for update");
            var rowAlone = connection.setSavepoint();
            lock.execute("lock table messages in access exclusive mode");
            var first = messages.send(send(chat, alice.id, "keeps the lane")).subscribeAsCompletionStage();
            Sql.await("it waits for the table", () -> Sql.number(database, WAITING) > 0);
            var waiting = messages.send(send(chat, alice.id, "waits")).subscribeAsCompletionStage();
            var repeated = messages.send(SendRequest.replyingFirst(chat, alice.id, List.of(draft("known", "id-1")), news -> {
            })).subscribeAsCompletionStage();
            connection.rollback(rowAlone);

            assertThat(repeated.join().messages()).extracting(Message::id).containsExactly(stored.id());
            connection.commit();
            assertThat(List.of(first.join(), waiting.join())).extracting(sent -> sent.messages().get(0).messageNumber())
                    .containsExactlyInAnyOrder(2L, 3L);
        }
    }

    @Test
    void what_nobody_waits_for_any_more_is_not_stored() throws SQLException {
        var chat = UUID.fromString(alice.opens());
        try (var connection = database.getConnection(); var lock = connection.createStatement()) {
            connection.setAutoCommit(false);
            lock.execute("lock table messages in access exclusive mode");
            var first = messages.send(send(chat, alice.id, "keeps the lane")).subscribeAsCompletionStage();
            Sql.await("it waits for the table", () -> Sql.number(database, WAITING) > 0);
            messages.send(send(chat, alice.id, "given up")).subscribe().with(sent -> {
            }).cancel();
            var last = messages.send(send(chat, alice.id, "last")).subscribeAsCompletionStage();
            connection.commit();

            assertThat(first.join().messages().get(0).messageNumber()).isEqualTo(1);
            assertThat(last.join().messages().get(0).messageNumber()).isEqualTo(2);
        }
    }

    private static SendRequest send(UUID chat, UUID sender, String text) {
        return SendRequest.replyingFirst(chat, sender, List.of(draft(text)), news -> {
        });
    }

    private static Draft draft(String text) {
        return draft(text, null);
    }

    private static Draft draft(String text, @Nullable String clientMsgId) {
        return new Draft("user", text, clientMsgId, "together", null, null, null);
    }

    /** What it gives, or how it failed. */
    private static Uni<Object> outcome(Uni<SendResult> send) {
        return send.map(Object.class::cast).onFailure().recoverWithItem(failure -> failure);
    }

    private static <T> List<T> atOnce(List<Uni<T>> sends) {
        return Uni.join().all(sends).andFailFast().await().atMost(PATIENCE);
    }

    private static Stream<Long> numbers(long last) {
        return LongStream.rangeClosed(1, last).boxed();
    }

    private long statements(UUID chat) {
        return Sql.number(database, "select count(distinct xmin::text) from messages where chat_id = '" + chat + "'");
    }

    private long stored(UUID chat) {
        return Sql.number(database, "select count(*) from messages where chat_id = '" + chat + "'");
    }
}

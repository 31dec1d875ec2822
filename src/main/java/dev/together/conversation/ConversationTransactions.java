package dev.together.conversation;

import static dev.together.http.Failure.Code.NOT_FOUND;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

import jakarta.inject.Singleton;

import org.hibernate.LockMode;
import org.hibernate.reactive.mutiny.Mutiny;
import org.hibernate.reactive.mutiny.Mutiny.Session;

import dev.together.conversation.ConversationChange.ConversationEvent;
import dev.together.http.DatabaseTimeout;
import dev.together.http.Failure;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;

/**
 * Transactions that each change one conversation: they hold its row, count its revision and write its events and their outbox
 * entry.
 *
 * <p>
 * Panache opens the session, in the Vert.x context of the request. From there it is handed from step to step and not looked
 * up again: a step that ever ran in the context of another request would write half of its change to that one's transaction.
 */
@Singleton
class ConversationTransactions {

    private final ConversationEventWriter writer;

    ConversationTransactions(ConversationEventWriter writer) {
        this.writer = writer;
    }

    /** Changes the conversation, which is locked and has its participants; fails with 404 where there is none. */
    <T> Uni<T> change(UUID id, BiFunction<Session, Conversation, Uni<T>> work) {
        return change(session -> locked(session, id).flatMap(conversation -> work.apply(session, conversation)));
    }

    /** A change that finds its conversation by itself. */
    <T> Uni<T> change(Function<Session, Uni<T>> work) {
        return lasting(() -> Panache.withTransaction(() -> Panache.getSession().flatMap(work::apply)));
    }

    /** Reads within one session. */
    <T> Uni<T> read(Function<Session, Uni<T>> work) {
        return lasting(() -> Panache.withSession(() -> Panache.getSession().flatMap(work::apply)));
    }

    /** The conversation, held until the transaction ends. */
    Uni<Conversation> locked(Session session, UUID id) {
        return session.find(Conversation.class, id, LockMode.PESSIMISTIC_WRITE)
                .onItem().ifNull().failWith(ConversationTransactions::unknown)
                .call(conversation -> Mutiny.fetch(conversation.participants));
    }

    /** Counts a change; gives the time it is made. */
    Uni<Instant> revise(Session session, Conversation conversation) {
        return now(session).map(conversation::revise);
    }

    /** Writes what was changed and the events of it. */
    Uni<ConversationChange> written(Session session, Conversation conversation, List<ConversationEvent> events) {
        return session.flush()
                .chain(() -> writer.write(session, conversation, events))
                .replaceWith(new ConversationChange(conversation, events));
    }

    static Uni<Instant> now(Session session) {
        return session.createNativeQuery("select clock_timestamp()", OffsetDateTime.class).getSingleResult()
                .map(OffsetDateTime::toInstant);
    }

    /** The same for what is not there and for what the caller is not in: to them it is not there. */
    static Failure unknown() {
        return new Failure(NOT_FOUND, "There is no such conversation, or it is not shared");
    }

    /**
     * What was begun goes on to its end when nobody waits for it any more, be it too late or its caller gone: stopped half
     * way, a session is never closed, and its connection is missing in the pool from then on.
     */
    private static <T> Uni<T> lasting(Supplier<Uni<T>> work) {
        return DatabaseTimeout.with(Uni.createFrom().deferred(() -> work.get().memoize().indefinitely()));
    }
}

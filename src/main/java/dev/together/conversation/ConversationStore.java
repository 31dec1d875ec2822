package dev.together.conversation;

import static dev.together.http.Failure.Code.FORBIDDEN;
import static dev.together.http.Failure.Code.NOT_FOUND;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

import jakarta.inject.Singleton;

import org.hibernate.LockMode;
import org.hibernate.reactive.mutiny.Mutiny;
import org.hibernate.reactive.mutiny.Mutiny.Session;
import org.jspecify.annotations.Nullable;

import dev.together.Settings;
import dev.together.conversation.ConversationChange.ConversationEvent;
import dev.together.http.DatabaseTimeout;
import dev.together.http.Failure;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;

/**
 * Conversations and their participants.
 *
 * <p>
 * Each change holds the conversation's row, counts its revision and, in the same transaction, writes what is to be told and
 * the outbox entry for it.
 *
 * <p>
 * Panache opens the session, in the Vert.x context of the request. From there it is handed from step to step and not looked
 * up again: a step that ever ran in the context of another request would write half of its change to that one's transaction.
 */
@Singleton
class ConversationStore {

    private static final String OF_USER = """
            select c, size(c.participants) from Conversation c
            where c.id in (select p.conversation.id from Participant p where p.userId = :user
                   union select o.id from Conversation o where o.userId = :user)
            and (c.updatedAt < :before or c.updatedAt = :before and c.id < :beforeId)
            order by c.updatedAt desc, c.id desc
            """;

    private static final String WITH_PARTICIPANTS = """
            select c from Conversation c left join fetch c.participants
            where c.id in :ids order by c.updatedAt desc, c.id desc
            """;

    /**
     * Not removed as an entity: Hibernate Reactive completes the removals of all sessions over one field (issue 1713), so two
     * at a time finish each other's, and a transaction goes on in the thread of another request or not at all.
     */
    private static final String REMOVE = "delete from conversations_participants where conversation_id = ?1 and user_id = ?2";

    private static final int PAGE_BYTES = 1 << 20;

    private final ConversationEventWriter writer;
    private final DepartureStore departures;
    private final int participants;

    ConversationStore(ConversationEventWriter writer, DepartureStore departures, Settings settings) {
        this.writer = writer;
        this.departures = departures;
        this.participants = settings.limits().participants();
    }

    Uni<ConversationChange> create(UUID owner, String mode, @Nullable String title, String meta) {
        return changed(session -> now(session)
                .map(now -> new Conversation(owner, mode, title, meta, now))
                .call(session::persist)
                .flatMap(created -> told(session, created, List.of(writer.appeared(created, owner)))));
    }

    Uni<ConversationChange> share(UUID id, UUID user, boolean isPublic) {
        return changed(session -> locked(session, id)
                .flatMap(conversation -> share(session, conversation, user, isPublic)));
    }

    Uni<ConversationChange> join(UUID id, UUID user) {
        return changed(session -> locked(session, id).flatMap(conversation -> join(session, conversation, user)));
    }

    Uni<ConversationChange> leave(UUID id, UUID user) {
        return changed(session -> locked(session, id).flatMap(conversation -> leave(session, conversation, user)));
    }

    /**
     * The user's own and joined conversations.
     *
     * @param conversations newest activity first
     * @param isLast whether there are no others
     */
    record Page(List<Conversation> conversations, boolean isLast) {
    }

    /** A page of {@code limit} conversations, or of fewer: at least one if there are any, and no more after 1 MiB. */
    Uni<Page> ofUser(UUID user, Instant before, UUID beforeId, int limit) {
        return lasting(() -> Panache.withSession(() -> Panache.getSession()
                .flatMap(session -> session.createSelectionQuery(OF_USER, Object[].class)
                        .setParameter("user", user).setParameter("before", before).setParameter("beforeId", beforeId)
                        .setMaxResults(limit).getResultList()
                        .flatMap(found -> page(session, found, limit)))));
    }

    /** Only those that fit are read with their participants, who may be many. */
    private static Uni<Page> page(Session session, List<Object[]> found, int limit) {
        var fitting = new ArrayList<Conversation>();
        int bytes = 0;
        for (var row : found) {
            if (bytes >= PAGE_BYTES) {
                break;
            }
            var conversation = (Conversation) row[0];
            bytes += conversation.bytes(((Number) row[1]).intValue());
            fitting.add(conversation);
        }
        boolean isLast = fitting.size() == found.size() && found.size() < limit;
        return withParticipants(session, fitting).map(conversations -> new Page(conversations, isLast));
    }

    private static Uni<List<Conversation>> withParticipants(Session session, List<Conversation> page) {
        if (page.isEmpty()) {
            return Uni.createFrom().item(page);
        }
        return session.createSelectionQuery(WITH_PARTICIPANTS, Conversation.class)
                .setParameter("ids", page.stream().map(conversation -> conversation.id).toList()).getResultList();
    }

    private Uni<ConversationChange> changed(Function<Session, Uni<ConversationChange>> work) {
        return lasting(() -> Panache.withTransaction(() -> Panache.getSession().flatMap(work::apply)));
    }

    /**
     * What was begun goes on to its end when nobody waits for it any more, be it too late or its caller gone: stopped half
     * way, a session is never closed, and its connection is missing in the pool from then on.
     */
    private static <T> Uni<T> lasting(Supplier<Uni<T>> work) {
        return DatabaseTimeout.with(Uni.createFrom().deferred(() -> work.get().memoize().indefinitely()));
    }

    private Uni<ConversationChange> share(Session session, Conversation conversation, UUID user, boolean isPublic) {
        boolean isParticipant = conversation.participant(user).isPresent();
        if (!conversation.isOwnedBy(user)) {
            throw isParticipant ? new Failure(FORBIDDEN, "Only its owner can share the conversation") : unknown();
        }
        if (isParticipant && conversation.isPublic == isPublic) {
            return Uni.createFrom().item(ConversationChange.none(conversation));
        }
        return now(session).map(conversation::revise).flatMap(now -> {
            conversation.isPublic = isPublic;
            var joined = isParticipant ? List.<Participant> of() : List.of(conversation.admit(user, Participant.OWNER, now));
            return told(session, conversation,
                    List.of(writer.changed(conversation, conversation.audience(), joined, List.of())));
        });
    }

    private Uni<ConversationChange> join(Session session, Conversation conversation, UUID user) {
        if (conversation.participant(user).isPresent() || conversation.isOwnedBy(user)) {
            return Uni.createFrom().item(ConversationChange.none(conversation));
        }
        if (!conversation.isPublic) {
            throw unknown();
        }
        if (conversation.participants.size() >= participants) {
            throw new Failure(FORBIDDEN, "The conversation is full");
        }
        return now(session).call(now -> departures.requireLongAgo(session, conversation, user, now))
                .map(conversation::revise).flatMap(now -> {
                    var others = conversation.audience();
                    var joined = List.of(conversation.admit(user, Participant.MEMBER, now));
                    return told(session, conversation,
                            List.of(writer.appeared(conversation, user),
                                    writer.changed(conversation, others, joined, List.of())));
                });
    }

    private Uni<ConversationChange> leave(Session session, Conversation conversation, UUID user) {
        if (conversation.isOwnedBy(user)) {
            throw new Failure(FORBIDDEN, "The owner cannot leave; share-conversation with is_public false closes it");
        }
        var participant = conversation.participant(user).orElseThrow(ConversationStore::unknown);
        return now(session).map(conversation::revise).flatMap(now -> {
            conversation.participants.remove(participant);
            return removed(session, participant).chain(() -> told(session, conversation,
                    List.of(writer.went(conversation, user),
                            writer.changed(conversation, conversation.audience(), List.of(), List.of(participant)))));
        });
    }

    private static Uni<Integer> removed(Session session, Participant participant) {
        return session.createNativeQuery(REMOVE)
                .setParameter(1, participant.conversation.id).setParameter(2, participant.userId).executeUpdate();
    }

    private static Uni<Conversation> locked(Session session, UUID id) {
        return session.find(Conversation.class, id, LockMode.PESSIMISTIC_WRITE)
                .onItem().ifNull().failWith(ConversationStore::unknown)
                .call(conversation -> Mutiny.fetch(conversation.participants));
    }

    private Uni<ConversationChange> told(Session session, Conversation conversation, List<ConversationEvent> news) {
        return session.flush()
                .chain(() -> writer.write(session, conversation, news))
                .replaceWith(new ConversationChange(conversation, news));
    }

    private static Uni<Instant> now(Session session) {
        return session.createNativeQuery("select clock_timestamp()", OffsetDateTime.class).getSingleResult()
                .map(OffsetDateTime::toInstant);
    }

    /** The same for what is not there and for what the caller is not in: to them it is not there. */
    private static Failure unknown() {
        return new Failure(NOT_FOUND, "There is no such conversation, or it is not shared");
    }
}

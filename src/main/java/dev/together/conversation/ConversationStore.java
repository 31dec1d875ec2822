package dev.together.conversation;

import static dev.together.http.Failure.Code.FORBIDDEN;
import static dev.together.http.Failure.Code.NOT_FOUND;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;

import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

import dev.together.conversation.Change.News;
import dev.together.http.Failure;
import dev.together.http.Patience;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;

/**
 * Conversations and their participants.
 *
 * <p>
 * Each change holds the conversation's row, counts its revision and, in the same transaction, writes what is to be told and
 * the outbox entry for it.
 */
@Singleton
class ConversationStore implements PanacheRepositoryBase<Conversation, UUID> {

    private static final String OF_USER = """
            id in (select p.conversation.id from Participant p where p.userId = :user
                   union select c.id from Conversation c where c.userId = :user)
            and (updatedAt < :before or updatedAt = :before and id < :beforeId)
            order by updatedAt desc, id desc
            """;

    private static final String WITH_PARTICIPANTS = """
            select c from Conversation c left join fetch c.participants
            where c.id in :ids order by c.updatedAt desc, c.id desc
            """;

    private final NewsWriter writer;

    ConversationStore(NewsWriter writer) {
        this.writer = writer;
    }

    Uni<Change> create(UUID owner, String mode, @Nullable String title, String meta) {
        return Patience.with(Panache.withTransaction(() -> now()
                .flatMap(now -> persist(new Conversation(owner, mode, title, meta, now)))
                .flatMap(created -> told(created, List.of(writer.appeared(created, owner))))));
    }

    Uni<Change> share(UUID id, UUID user, boolean isPublic) {
        return Patience
                .with(Panache.withTransaction(() -> locked(id).flatMap(conversation -> share(conversation, user, isPublic))));
    }

    Uni<Change> join(UUID id, UUID user) {
        return Patience.with(Panache.withTransaction(() -> locked(id).flatMap(conversation -> join(conversation, user))));
    }

    Uni<Change> leave(UUID id, UUID user) {
        return Patience.with(Panache.withTransaction(() -> locked(id).flatMap(conversation -> leave(conversation, user))));
    }

    /** The user's own and joined conversations, newest activity first. */
    Uni<List<Conversation>> ofUser(UUID user, Instant before, UUID beforeId, int limit) {
        var parameters = Map.<String, Object> of("user", user, "before", before, "beforeId", beforeId);
        return Patience.with(Panache.withSession(() -> find(OF_USER, parameters).page(0, limit).list()
                .flatMap(this::withParticipants)));
    }

    private Uni<List<Conversation>> withParticipants(List<Conversation> page) {
        if (page.isEmpty()) {
            return Uni.createFrom().item(page);
        }
        return find(WITH_PARTICIPANTS, Map.of("ids", page.stream().map(conversation -> conversation.id).toList())).list();
    }

    private Uni<Change> share(Conversation conversation, UUID user, boolean isPublic) {
        if (!conversation.isOwnedBy(user)) {
            throw new Failure(FORBIDDEN, "Only its owner can share the conversation");
        }
        boolean isParticipant = conversation.participant(user).isPresent();
        if (isParticipant && conversation.isPublic == isPublic) {
            return Uni.createFrom().item(Change.none(conversation));
        }
        return now().map(conversation::revise).flatMap(now -> {
            conversation.isPublic = isPublic;
            if (!isParticipant) {
                conversation.admit(user, Participant.OWNER, now);
            }
            return told(conversation, List.of(writer.changed(conversation)));
        });
    }

    private Uni<Change> join(Conversation conversation, UUID user) {
        if (conversation.participant(user).isPresent() || conversation.isOwnedBy(user)) {
            return Uni.createFrom().item(Change.none(conversation));
        }
        if (!conversation.isPublic) {
            throw unknown();
        }
        return now().map(conversation::revise).flatMap(now -> {
            var others = conversation.audience();
            conversation.admit(user, Participant.MEMBER, now);
            return told(conversation,
                    List.of(writer.appeared(conversation, user), writer.changed(conversation, others)));
        });
    }

    private Uni<Change> leave(Conversation conversation, UUID user) {
        var participant = conversation.participant(user)
                .orElseThrow(() -> new Failure(FORBIDDEN, "You are not in this conversation"));
        if (conversation.isOwnedBy(user)) {
            throw new Failure(FORBIDDEN, "The owner cannot leave; share-conversation with is_public false closes it");
        }
        return now().map(conversation::revise).flatMap(now -> {
            conversation.participants.remove(participant);
            return told(conversation, List.of(writer.went(conversation, user), writer.changed(conversation)));
        });
    }

    private Uni<Conversation> locked(UUID id) {
        return findById(id, LockModeType.PESSIMISTIC_WRITE)
                .onItem().ifNull().failWith(ConversationStore::unknown)
                .call(conversation -> Mutiny.fetch(conversation.participants));
    }

    private Uni<Change> told(Conversation conversation, List<News> news) {
        return Panache.flush()
                .chain(() -> writer.write(conversation, news))
                .replaceWith(new Change(conversation, news));
    }

    private Uni<Instant> now() {
        return Panache.getSession()
                .flatMap(session -> session.createNativeQuery("select clock_timestamp()", OffsetDateTime.class)
                        .getSingleResult())
                .map(OffsetDateTime::toInstant);
    }

    private static Failure unknown() {
        return new Failure(NOT_FOUND, "There is no such conversation, or it is not shared");
    }
}

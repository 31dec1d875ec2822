package dev.together.conversation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.hibernate.reactive.mutiny.Mutiny.Session;
import org.jspecify.annotations.Nullable;

import io.smallrye.mutiny.Uni;

/** Conversations themselves: opened, shared, changed, deleted, listed. */
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

    private static final int PAGE_BYTES = 1 << 20;
    private static final int LAST_MESSAGE_BYTES = 2_000;

    private final ConversationTransactions transactions;
    private final ConversationEventWriter writer;
    private final UnreadStore unread;

    ConversationStore(ConversationTransactions transactions, ConversationEventWriter writer, UnreadStore unread) {
        this.transactions = transactions;
        this.writer = writer;
        this.unread = unread;
    }

    Uni<ConversationChange> create(UUID owner, String mode, @Nullable String title, String meta) {
        return transactions.change(session -> ConversationTransactions.now(session)
                .map(now -> new Conversation(owner, mode, title, meta, now))
                .call(session::persist)
                .flatMap(created -> transactions.written(session, created, List.of(writer.appeared(created, owner)))));
    }

    Uni<ConversationChange> share(UUID id, Actor actor, boolean isPublic) {
        return transactions.change(id, (session, conversation) -> {
            actor.requireOwner(conversation, "share the conversation");
            var owner = conversation.ownerUserId;
            boolean isParticipant = conversation.participant(owner).isPresent();
            if (isParticipant && conversation.isPublic == isPublic) {
                return Uni.createFrom().item(ConversationChange.none(conversation));
            }
            return transactions.revise(session, conversation).flatMap(now -> {
                conversation.isPublic = isPublic;
                var joined = isParticipant ? List.<Participant> of()
                        : List.of(conversation.admit(owner, Participant.OWNER, now));
                return changed(session, conversation, joined);
            });
        });
    }

    /**
     * Changes what is not null.
     *
     * @param title none any more where it is blank
     */
    Uni<ConversationChange> update(UUID id, Actor actor, @Nullable String title, @Nullable String mode, @Nullable String meta) {
        return transactions.change(id, (session, conversation) -> {
            actor.requireOwner(conversation, "change the conversation");
            var newTitle = title == null ? conversation.title : title.isBlank() ? null : title;
            var newMode = Objects.requireNonNullElse(mode, conversation.mode);
            if (Objects.equals(newTitle, conversation.title) && newMode.equals(conversation.mode) && meta == null) {
                return Uni.createFrom().item(ConversationChange.none(conversation));
            }
            return transactions.revise(session, conversation).flatMap(now -> {
                conversation.title = newTitle;
                conversation.mode = newMode;
                conversation.meta = Objects.requireNonNullElse(meta, conversation.meta);
                return changed(session, conversation, List.of());
            });
        });
    }

    private Uni<ConversationChange> changed(Session session, Conversation conversation, List<Participant> joined) {
        return transactions.written(session, conversation,
                List.of(writer.changed(conversation, conversation.audience(), joined, List.of())));
    }

    /**
     * The user's own and joined conversations.
     *
     * @param conversations newest activity first
     * @param isLast whether there are no others
     */
    record Page(List<ListedConversation> conversations, boolean isLast) {
    }

    /** The conversation; fails with 404 where there is none that the actor may see. */
    Uni<Conversation> find(UUID id, Actor actor) {
        return transactions.read(session -> withParticipants(session, List.of(id)))
                .map(found -> found.stream().findFirst().orElseThrow(ConversationTransactions::unknown))
                .invoke(actor::requireMember);
    }

    /** A page of {@code limit} conversations, or of fewer: at least one if there are any, and no more after 1 MiB. */
    Uni<Page> ofUser(UUID user, Instant before, UUID beforeId, int limit) {
        return transactions.read(session -> session.createSelectionQuery(OF_USER, Object[].class)
                .setParameter("user", user).setParameter("before", before).setParameter("beforeId", beforeId)
                .setMaxResults(limit).getResultList()
                .flatMap(found -> page(session, user, found, limit)));
    }

    /** Only those that fit are read with their participants, who may be many. */
    private Uni<Page> page(Session session, UUID user, List<Object[]> found, int limit) {
        var fitting = new ArrayList<Conversation>();
        int bytes = 0;
        for (var row : found) {
            if (bytes >= PAGE_BYTES) {
                break;
            }
            var conversation = (Conversation) row[0];
            bytes += LAST_MESSAGE_BYTES + conversation.bytes(((Number) row[1]).intValue());
            fitting.add(conversation);
        }
        boolean isLast = fitting.size() == found.size() && found.size() < limit;
        return withParticipants(session, fitting.stream().map(conversation -> conversation.id).toList())
                .flatMap(read -> unread.listed(session, user, read))
                .map(conversations -> new Page(conversations, isLast));
    }

    private static Uni<List<Conversation>> withParticipants(Session session, List<UUID> ids) {
        if (ids.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return session.createSelectionQuery(WITH_PARTICIPANTS, Conversation.class)
                .setParameter("ids", ids).getResultList();
    }
}

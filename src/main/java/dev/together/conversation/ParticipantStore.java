package dev.together.conversation;

import static dev.together.http.Failure.Code.FORBIDDEN;
import static dev.together.http.Failure.Code.NOT_FOUND;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.hibernate.reactive.mutiny.Mutiny.Session;

import dev.together.Settings;
import dev.together.http.Failure;
import io.smallrye.mutiny.Uni;

/** Who takes part in a conversation: they join, leave, are put out, and one of them owns it. */
@Singleton
class ParticipantStore {

    /**
     * Not removed as an entity: Hibernate Reactive completes the removals of all sessions over one field (issue 1713), so two
     * at a time finish each other's, and a transaction goes on in the thread of another request or not at all.
     */
    private static final String REMOVE = "delete from conversations_participants where conversation_id = ?1 and user_id = ?2";

    private final ConversationTransactions transactions;
    private final ConversationEventWriter writer;
    private final DepartureStore departures;
    private final BanStore bans;
    private final InviteStore invites;
    private final UnreadStore unread;
    private final int limit;

    ParticipantStore(ConversationTransactions transactions, ConversationEventWriter writer, DepartureStore departures,
            BanStore bans, InviteStore invites, UnreadStore unread, Settings settings) {
        this.transactions = transactions;
        this.writer = writer;
        this.departures = departures;
        this.bans = bans;
        this.invites = invites;
        this.unread = unread;
        this.limit = settings.limits().participants();
    }

    /** Joins a shared conversation by its id. */
    Uni<ConversationChange> join(UUID id, UUID user) {
        return transactions.change(id, (session, conversation) -> {
            if (isIn(conversation, user)) {
                return Uni.createFrom().item(ConversationChange.none(conversation));
            }
            if (!conversation.isPublic) {
                throw ConversationTransactions.unknown();
            }
            return admit(session, conversation, user);
        });
    }

    /** Joins by a secret link, which is used in the same transaction. */
    Uni<ConversationChange> join(Invite invite, UUID user) {
        return transactions.change(session -> invites.find(session, invite)
                .flatMap(id -> transactions.locked(session, id))
                .flatMap(conversation -> isIn(conversation, user)
                        ? Uni.createFrom().item(ConversationChange.none(conversation))
                        : invites.use(session, invite).chain(() -> admit(session, conversation, user))));
    }

    /** A member leaves; the place of an owner goes to who has been there for longest. */
    Uni<ConversationChange> leave(UUID id, UUID user) {
        return transactions.change(id, (session, conversation) -> {
            if (conversation.isOwnedBy(user) && conversation.participants.size() <= 1) {
                throw new Failure(FORBIDDEN,
                        "Nobody else is in this conversation: delete-conversation ends it, and "
                                + "share-conversation with is_public false closes it");
            }
            return remove(session, conversation, participant(conversation, user));
        });
    }

    /**
     * Puts somebody out, for good with {@code isBanned}; without it a ban is lifted. Nothing else changes where they are not in
     * it.
     */
    Uni<ConversationChange> remove(UUID id, Actor actor, UUID user, boolean isBanned) {
        return transactions.change(id, (session, conversation) -> {
            actor.requireOwner(conversation, "remove participants");
            if (conversation.isOwnedBy(user)) {
                throw new Failure(FORBIDDEN,
                        "`user_id` is the owner: leave-conversation and transfer-conversation are for them");
            }
            return bans.set(session, id, user, isBanned).chain(() -> conversation.participant(user)
                    .map(participant -> remove(session, conversation, participant))
                    .orElseGet(() -> Uni.createFrom().item(ConversationChange.none(conversation))));
        });
    }

    /** Makes another participant the owner. */
    Uni<ConversationChange> transfer(UUID id, Actor actor, UUID user) {
        return transactions.change(id, (session, conversation) -> {
            actor.requireOwner(conversation, "transfer the conversation");
            if (conversation.isOwnedBy(user)) {
                return Uni.createFrom().item(ConversationChange.none(conversation));
            }
            var successor = conversation.participant(user)
                    .orElseThrow(() -> new Failure(NOT_FOUND, "`user_id` is not in this conversation"));
            return transactions.revise(session, conversation).flatMap(now -> {
                conversation.transferTo(successor);
                return transactions.written(session, conversation,
                        List.of(writer.changed(conversation, conversation.audience(), List.of(), List.of())));
            });
        });
    }

    private static boolean isIn(Conversation conversation, UUID user) {
        return conversation.participant(user).isPresent() || conversation.isOwnedBy(user);
    }

    private static Participant participant(Conversation conversation, UUID user) {
        return conversation.participant(user).orElseThrow(ConversationTransactions::unknown);
    }

    private Uni<ConversationChange> admit(Session session, Conversation conversation, UUID user) {
        if (conversation.participants.size() >= limit) {
            throw new Failure(FORBIDDEN, "The conversation is full");
        }
        return bans.requireNone(session, conversation.id, user)
                .chain(() -> ConversationTransactions.now(session))
                .call(now -> departures.requireLongAgo(session, conversation, user, now))
                .map(conversation::revise)
                .flatMap(now -> admit(session, conversation, user, now));
    }

    private Uni<ConversationChange> admit(Session session, Conversation conversation, UUID user, Instant now) {
        var others = conversation.audience();
        var joined = new ArrayList<Participant>();
        if (conversation.participants.isEmpty()) {
            // By an invite, to what was never shared.
            joined.add(conversation.admit(conversation.ownerUserId, Participant.OWNER, now));
        }
        joined.add(conversation.admit(user, Participant.MEMBER, now));
        return unread.start(session, conversation, user).chain(() -> transactions.written(session, conversation,
                List.of(writer.appeared(conversation, user), writer.changed(conversation, others, joined, List.of()))));
    }

    private Uni<ConversationChange> remove(Session session, Conversation conversation, Participant participant) {
        var user = participant.userId;
        return transactions.revise(session, conversation).flatMap(now -> {
            conversation.participants.remove(participant);
            if (conversation.isOwnedBy(user)) {
                conversation.transferTo(conversation.participants.get(0));
            }
            return session.createNativeQuery(REMOVE).setParameter(1, conversation.id).setParameter(2, user).executeUpdate()
                    .chain(() -> transactions.written(session, conversation, List.of(
                            writer.went(conversation, List.of(user)),
                            writer.changed(conversation, conversation.audience(), List.of(), List.of(participant)))));
        });
    }
}

package dev.together.conversation;

import static dev.together.http.Failure.Code.FORBIDDEN;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.hibernate.reactive.mutiny.Mutiny.Session;

import dev.together.http.Failure;
import io.smallrye.mutiny.Uni;

/** Secret links into conversations, known by the hash of their secret. */
@Singleton
class InviteStore {

    private static final int MOST_OPEN = 1_000;

    private static final String OPEN = "revoked_at is null and expires_at > clock_timestamp() and uses < max_uses";

    private static final String COUNT = """
            select count(*) from conversation_invites where conversation_id = ?1 and %s
            """.formatted(OPEN);

    private static final String CREATE = """
            insert into conversation_invites (secret_hash, conversation_id, created_by, created_at, expires_at, max_uses)
            values (decode(?1, 'hex'), ?2, cast(?3 as uuid), clock_timestamp(), clock_timestamp() + cast(?4 as bigint) * interval '1 second', ?5)
            returning expires_at
            """;

    /** What is over is forgotten with the next that is made. */
    private static final String FORGET = """
            delete from conversation_invites where conversation_id = ?1 and not (%s)
            """.formatted(OPEN);

    private static final String REVOKE = """
            update conversation_invites set revoked_at = clock_timestamp()
            where secret_hash = decode(?1, 'hex') and conversation_id = ?2 and revoked_at is null
            """;

    private static final String FIND = "select conversation_id from conversation_invites where secret_hash = decode(?1, 'hex') and "
            + OPEN;

    private static final String USE = "update conversation_invites set uses = uses + 1 where secret_hash = decode(?1, 'hex') and "
            + OPEN;

    private final ConversationTransactions transactions;

    InviteStore(ConversationTransactions transactions) {
        this.transactions = transactions;
    }

    /** Keeps the invite; gives when it expires. */
    Uni<Instant> create(UUID id, Actor actor, Invite invite, Duration validFor, int uses) {
        return transactions.change(id, (session, conversation) -> {
            actor.requireOwner(conversation, "invite to the conversation");
            return session.createNativeQuery(FORGET).setParameter(1, id).executeUpdate()
                    .chain(() -> requireFew(session, id))
                    .chain(() -> session.createNativeQuery(CREATE, OffsetDateTime.class)
                            .setParameter(1, invite.hash()).setParameter(2, id)
                            .setParameter(3, actor.user().orElse(null))
                            .setParameter(4, validFor.toSeconds()).setParameter(5, uses).getSingleResult())
                    .map(OffsetDateTime::toInstant);
        });
    }

    /** From now on nobody joins by it; the same where it was over already. */
    Uni<Void> revoke(UUID id, Actor actor, Invite invite) {
        return transactions.change(id, (session, conversation) -> {
            actor.requireOwner(conversation, "revoke invites");
            return session.createNativeQuery(REVOKE).setParameter(1, invite.hash()).setParameter(2, id).executeUpdate()
                    .replaceWithVoid();
        });
    }

    /** The conversation that it is of; fails with 404 for one that is wrong, spent, expired or revoked. */
    Uni<UUID> find(Session session, Invite invite) {
        return session.createNativeQuery(FIND, UUID.class).setParameter(1, invite.hash()).getResultList()
                .map(found -> found.stream().findFirst().orElseThrow(ConversationTransactions::unknown));
    }

    /** Counts a use, in the transaction of the join; fails with 404 where it has come to its end meanwhile. */
    Uni<Void> use(Session session, Invite invite) {
        return session.createNativeQuery(USE).setParameter(1, invite.hash()).executeUpdate().invoke(used -> {
            if (used == 0) {
                throw ConversationTransactions.unknown();
            }
        }).replaceWithVoid();
    }

    private static Uni<Void> requireFew(Session session, UUID id) {
        return session.createNativeQuery(COUNT, Long.class).setParameter(1, id).getSingleResult().invoke(count -> {
            if (count >= MOST_OPEN) {
                throw new Failure(FORBIDDEN, "The conversation has " + MOST_OPEN + " open invites; revoke some");
            }
        }).replaceWithVoid();
    }
}

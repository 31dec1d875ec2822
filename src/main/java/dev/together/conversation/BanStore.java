package dev.together.conversation;

import java.util.UUID;

import jakarta.inject.Singleton;

import org.hibernate.reactive.mutiny.Mutiny.Session;

import io.smallrye.mutiny.Uni;

/** Who was put out of a conversation for good. */
@Singleton
class BanStore {

    private static final String BAN = """
            insert into conversation_bans (conversation_id, user_id, created_at) values (?1, ?2, clock_timestamp())
            on conflict do nothing
            """;

    private static final String LIFT = "delete from conversation_bans where conversation_id = ?1 and user_id = ?2";

    private static final String COUNT = "select count(*) from conversation_bans where conversation_id = ?1 and user_id = ?2";

    Uni<Void> set(Session session, UUID id, UUID user, boolean isBanned) {
        return session.createNativeQuery(isBanned ? BAN : LIFT).setParameter(1, id).setParameter(2, user).executeUpdate()
                .replaceWithVoid();
    }

    /** Fails with 404 for who is banned: to them the conversation is not there. */
    Uni<Void> requireNone(Session session, UUID id, UUID user) {
        return session.createNativeQuery(COUNT, Long.class).setParameter(1, id).setParameter(2, user).getSingleResult()
                .invoke(count -> {
                    if (count > 0) {
                        throw ConversationTransactions.unknown();
                    }
                }).replaceWithVoid();
    }
}

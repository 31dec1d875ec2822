package dev.together.conversation;

import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.hibernate.reactive.mutiny.Mutiny.Session;

import io.smallrye.mutiny.Uni;

/**
 * Deletes conversations: from the commit on they are not there for anybody. Their messages, which may be many, are removed in
 * portions after it, by {@code message.PurgeStore}.
 */
@Singleton
class DeletionStore {

    /** The events of this deletion stay: those who are away get them when they return. */
    private static final List<String> DELETE = List.of(
            "delete from conversation_updates where conversation_id = ?1 and event_type <> 'DELETE'",
            "delete from outbox o where o.chat_id = ?1 and not exists (select 1 from conversation_updates u"
                    + " where u.conversation_id = o.chat_id and u.revision = o.number and o.kind = 'conversation')",
            "delete from conversations where id = ?1");

    private static final String PURGE_LATER = "insert into conversation_purges (chat_id, created_at) values (?1, ?2)";

    private final ConversationTransactions transactions;
    private final ConversationEventWriter writer;

    DeletionStore(ConversationTransactions transactions, ConversationEventWriter writer) {
        this.transactions = transactions;
        this.writer = writer;
    }

    Uni<ConversationChange> delete(UUID id, Actor actor) {
        return transactions.change(id, (session, conversation) -> {
            actor.requireOwner(conversation, "delete the conversation");
            return transactions.revise(session, conversation)
                    .flatMap(now -> transactions.written(session, conversation,
                            List.of(writer.went(conversation, conversation.audience()))))
                    .call(() -> remove(session, conversation));
        });
    }

    private static Uni<Void> remove(Session session, Conversation conversation) {
        var id = conversation.id;
        session.clear();
        var removed = session.createNativeQuery(PURGE_LATER).setParameter(1, id)
                .setParameter(2, conversation.revisedAt.atOffset(ZoneOffset.UTC)).executeUpdate();
        for (var statement : DELETE) {
            removed = removed.chain(() -> session.createNativeQuery(statement).setParameter(1, id).executeUpdate());
        }
        return removed.replaceWithVoid();
    }
}

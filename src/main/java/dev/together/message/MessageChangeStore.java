package dev.together.message;

import static dev.together.http.Failure.Code.FORBIDDEN;
import static dev.together.http.Failure.Code.NOT_FOUND;

import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.together.http.DatabaseTimeout;
import dev.together.http.Failure;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;

/** Edits and deletions of messages, each counted in its conversation, whose row it holds. */
@Singleton
class MessageChangeStore {

    private static final String LOCK = MessageStore.STANDING + "for no key update of c";

    /** Whoever it was sent for is its author, too. */
    private static final String READ = """
            select %s, coalesce(nullif(m.sender, '00000000-0000-0000-0000-000000000000'), m.user_id) = $3 as is_author
            from messages m where m.id = $2 and m.chat_id = $1
            """.formatted(Message.COLUMNS);

    private static final String CHANGE = """
            with counted as (
                update conversations c set last_change_number = c.last_change_number + 1,
                    last_change_at = greatest(clock_timestamp(), c.last_change_at + interval '1 microsecond')
                from (select last_change_at as previous_at from conversations where id = $1) before
                where c.id = $1
                returning c.last_change_number as number, c.last_change_at as at, before.previous_at
            ), m as (
                update messages m set text = $3, meta = $4::text::jsonb, status = $5, %s
                from counted where m.chat_id = $1 and m.message_number = $2
                returning %s
            ), u as (
                insert into message_changes
                    (chat_id, change_number, id, message_number, event_type, created_at, previous_at)
                select $1, number, gen_random_uuid(), $2, '%s', at, previous_at from counted
                returning chat_id, change_number, id, event_type, created_at, previous_at
            ), entered as (
                insert into outbox (chat_id, kind, number, created_at)
                select chat_id, 'message_change', change_number, created_at from u
            )
            select %s, %s, array(select a.user_id from conversation_audience a where a.conversation_id = $1) as users
            from m cross join u
            """;

    private static final String EDIT = change("edited_at = case when m.text = $3 then m.edited_at else counted.at end",
            "update");
    private static final String DELETE = change("deleted_at = counted.at", "delete");

    private final Pool pool;

    MessageChangeStore(Pool pool) {
        this.pool = pool;
    }

    private static String change(String assignment, String type) {
        return CHANGE.formatted(assignment, Message.stored("m"), type, Message.COLUMNS, MessageChange.COLUMNS);
    }

    /**
     * What an edit asks for; what is null stays.
     *
     * @param meta a JSON object
     */
    record Edit(@Nullable String text, @Nullable String meta, @Nullable String status) {
    }

    /** @param user null for the service key */
    Uni<MessageChange> edit(UUID chatId, UUID messageId, @Nullable UUID user, Edit edit) {
        return change(chatId, messageId, user, (connection, found) -> {
            if (!found.isAuthor) {
                throw new Failure(FORBIDDEN, "Only its author can edit a message");
            }
            var message = found.message;
            var text = Objects.requireNonNullElse(edit.text, message.text());
            var meta = Objects.requireNonNullElse(edit.meta, message.meta());
            var status = Objects.requireNonNullElse(edit.status, message.status());
            if (text.equals(message.text()) && edit.meta == null && status.equals(message.status())) {
                return Uni.createFrom().item(MessageChange.none(message));
            }
            return write(connection, EDIT, message, text, meta, status);
        });
    }

    /** @param user null for the service key */
    Uni<MessageChange> delete(UUID chatId, UUID messageId, @Nullable UUID user) {
        return change(chatId, messageId, user, (connection, found) -> {
            if (!found.isAuthor && !found.isOwner) {
                throw new Failure(FORBIDDEN, "Only its author and the conversation's owner can delete a message");
            }
            return write(connection, DELETE, found.message, "", "{}", found.message.status());
        });
    }

    private interface Work {

        Uni<MessageChange> apply(SqlConnection connection, Found found);
    }

    private record Found(Message message, boolean isAuthor, boolean isOwner) {
    }

    private Uni<MessageChange> change(UUID chatId, UUID messageId, @Nullable UUID user, Work work) {
        return DatabaseTimeout.with(pool.withTransaction(connection -> one(connection, LOCK, Tuple.of(chatId, user),
                MessageStore::unknown)
                .flatMap(lock -> one(connection, READ, Tuple.of(chatId, messageId, user), MessageChangeStore::unknown)
                        .map(row -> found(row, lock, user)))
                .flatMap(found -> work.apply(connection, found))));
    }

    private static Found found(Row row, Row lock, @Nullable UUID user) {
        var message = Message.from(row);
        if (message.deletedAt() != null) {
            throw unknown();
        }
        return new Found(message, user == null || Boolean.TRUE.equals(row.getBoolean("is_author")),
                user == null || Boolean.TRUE.equals(lock.getBoolean("is_own")));
    }

    private static Uni<MessageChange> write(SqlConnection connection, String sql, Message message, String text, String meta,
            String status) {
        var parameters = Tuple.of(message.chatId(), message.messageNumber(), text, meta, status);
        return one(connection, sql, parameters, MessageChangeStore::unknown).map(row -> new MessageChange(Message.from(row),
                MessageChange.event(row), Arrays.asList(row.getArrayOfUUIDs("users"))));
    }

    private static Uni<Row> one(SqlConnection connection, String sql, Tuple parameters,
            Supplier<Failure> none) {
        return connection.preparedQuery(sql).execute(parameters).map(rows -> {
            if (rows.size() == 0) {
                throw none.get();
            }
            return rows.iterator().next();
        });
    }

    private static Failure unknown() {
        return new Failure(NOT_FOUND, "There is no such message in this conversation");
    }
}

package dev.together.message;

import static dev.together.http.Failure.Code.FORBIDDEN;
import static dev.together.http.Failure.Code.NOT_FOUND;

import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.together.http.DatabaseTimeout;
import dev.together.http.Failure;
import dev.together.message.SendStatement.Outcome;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;

/** Messages: stored in one statement, read by conversation and number. */
@Singleton
class MessageStore {

    private static final int PAGE_BYTES = 1 << 20;

    private static final String AUDIENCE = """
            select a.user_id from conversation_audience a where a.conversation_id = $1 and a.since <= $2
            """;

    /** The length of a text is known without reading it, so what does not fit costs next to nothing. */
    private static final String HISTORY = """
            select %s from (
                select %s, sum(octet_length(m.text) + octet_length(m.meta::text)) over (order by m.message_number %%1$s
                    rows between unbounded preceding and 1 preceding) as bytes_before
                from (
                    select %s from messages m where m.chat_id = $1 and m.message_number > $2 and m.message_number < $3
                    order by m.message_number %%1$s limit $4
                ) m
            ) m where m.bytes_before is null or m.bytes_before < $5 order by m.message_number
            """.formatted(Message.COLUMNS, Message.stored("m"), Message.stored("m"));

    private static final String OLDEST_FIRST = HISTORY.formatted("asc");
    private static final String NEWEST_FIRST = HISTORY.formatted("desc");

    /** No row where the conversation is not there for them; for nobody in particular each is. */
    static final String STANDING = """
            select c.user_id = $2 as is_own
            from conversations c where c.id = $1 and ($2::uuid is null or c.user_id = $2 or exists (
                select 1 from conversations_participants p where p.conversation_id = $1 and p.user_id = $2))
            """;

    private final Pool pool;
    private final SendBatcher sends;

    MessageStore(Pool pool, Vertx vertx) {
        this.pool = pool;
        this.sends = new SendBatcher(vertx, pool, this::settle);
    }

    /** Stores the drafts of the send in their order, all or none, and says who is to be told. */
    Uni<SendResult> send(SendRequest send) {
        return sends.store(send);
    }

    /**
     * Messages between the two numbers, both exclusive, in order: those next to {@code after}, or next to {@code before}; at
     * least one if there are any, and no more after {@link #PAGE_BYTES} of text and meta.
     */
    Uni<List<Message>> history(UUID chatId, long after, long before, boolean isBackwards, int limit) {
        return DatabaseTimeout.with(
                pool.preparedQuery(isBackwards ? NEWEST_FIRST : OLDEST_FIRST)
                        .execute(Tuple.of(chatId, after, before, limit, PAGE_BYTES))
                        .map(rows -> rows.stream().map(Message::from).toList()));
    }

    /** Fails with 404 for a conversation that is unknown or that the user is not in. */
    Uni<Void> requireParticipant(UUID chatId, UUID userId) {
        return standing(chatId, userId).replaceWithVoid();
    }

    /** Fails with 404 for a conversation that is unknown or that the user is not in, and with 403 for one of another. */
    Uni<Void> requireOwner(UUID chatId, UUID userId) {
        return standing(chatId, userId).invoke(standing -> {
            if (!standing.getBoolean("is_own")) {
                throw new Failure(FORBIDDEN, "Only its owner can send a batch to this conversation");
            }
        }).replaceWithVoid();
    }

    /** Fails with 404 for an unknown conversation. */
    Uni<Void> requireKnown(UUID chatId) {
        return standing(chatId, null).replaceWithVoid();
    }

    private Uni<Row> standing(UUID chatId, @Nullable UUID userId) {
        return DatabaseTimeout.with(pool.preparedQuery(STANDING).execute(Tuple.of(chatId, userId)).map(rows -> {
            if (rows.size() == 0) {
                throw unknown();
            }
            return rows.iterator().next();
        }));
    }

    private Uni<SendResult> settle(Outcome outcome) {
        var sent = outcome.sent();
        if (outcome.failure() != null) {
            return Uni.createFrom().failure(outcome.failure());
        }
        if (sent == null) {
            return Uni.createFrom().failure(outcome.taken() == null ? unknown() : Draft.anotherText(outcome.taken()));
        }
        return outcome.hasChanged() ? withAudience(sent) : Uni.createFrom().item(sent);
    }

    /** The same for what is not there and for what the caller is not in: to them it is not there. */
    static Failure unknown() {
        return new Failure(NOT_FOUND, "There is no such conversation, or it is not shared");
    }

    /** While the statement waited for its conversation somebody may have joined or left; then what it saw is out of date. */
    private Uni<SendResult> withAudience(SendResult sent) {
        var last = sent.messages().stream().max(Comparator.comparing(Message::messageNumber)).orElseThrow();
        return pool.preparedQuery(AUDIENCE).execute(Tuple.of(last.chatId(), last.createdAt().atOffset(ZoneOffset.UTC)))
                .map(rows -> sent.to(rows.stream().map(row -> row.getUUID("user_id")).toList()))
                // It is stored all the same, and its outbox entry tells whom it concerns.
                .onFailure().recoverWithItem(sent.untold());
    }
}

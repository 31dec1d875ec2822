package dev.together.message;

import static dev.together.http.Failure.Code.FORBIDDEN;
import static dev.together.http.Failure.Code.NOT_FOUND;

import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.together.http.Failure;
import dev.together.http.Patience;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;

/** Messages: stored in one statement, read by conversation and number. */
@Singleton
class MessageStore {

    /**
     * One statement is the whole way of a send: may the sender write here ($2; null for the service key), the numbers, the
     * messages, their outbox entries, and who is to be told. Its row lock on the conversation puts sends in commit order.
     * Drafts that were stored before ($9) are not stored again; the stored message comes back in their place.
     */
    private static final String SEND = """
            with access as (
                select c.id, c.user_id, c.revision from conversations c
                where c.id = $1 and ($2::uuid is null or c.user_id = $2 or exists (
                    select 1 from conversations_participants p where p.conversation_id = $1 and p.user_id = $2))
            ), draft as (
                select d.*, row_number() over (order by d.place) as step
                from unnest($3::int[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[])
                    as d (place, role, text, user_id, user_name, mode, client_msg_id, meta)
                where not exists (select 1 from messages m where m.chat_id = $1 and m.client_msg_id = d.client_msg_id)
            ), counted as (
                update conversations c
                set last_message_number = c.last_message_number + (select count(*) from draft),
                    previous_message_at = c.last_message_at,
                    last_message_at = greatest(clock_timestamp(), c.last_message_at + $11::int * interval '1 microsecond'),
                    updated_at = greatest(clock_timestamp(), c.updated_at)
                from access where c.id = access.id and exists (select 1 from draft)
                returning c.last_message_number - (select count(*) from draft) as first,
                    c.previous_message_at as previous_at, c.last_message_at as at, c.revision
            ), stored as (
                insert into messages (chat_id, message_number, id, role, text, user_id, user_name, mode, client_msg_id,
                    meta, created_at, previous_at)
                select $1, n.first + d.step, gen_random_uuid(), d.role, d.text, d.user_id, d.user_name, d.mode,
                    d.client_msg_id, d.meta::jsonb, n.at - ($11::int - d.step) * interval '1 microsecond', case d.step when 1 then n.previous_at else n.at end
                from draft d, counted n
                returning *
            ), entered as (
                insert into outbox (chat_id, kind, number, created_at)
                select chat_id, 'message', message_number, created_at from stored
            )
            select %s, m.is_new, access.user_id as owner,
                coalesce((select revision from counted) <> access.revision, false) as has_changed,
                array(select user_id from conversations_participants where conversation_id = $1) as participants
            from access, (
                select *, true as is_new from stored
                union all
                select *, false from messages where chat_id = $1 and client_msg_id = any ($9::text[])
            ) m
            order by m.message_number
            """
            .formatted(Message.COLUMNS);

    private static final String AUDIENCE = """
            select p.user_id from conversations_participants p join conversations c on c.id = p.conversation_id
            where p.conversation_id = $1 and (p.user_id = c.user_id or p.joined_at <= $2)
            """;

    private static final String HISTORY = """
            select %s from (
                select * from messages where chat_id = $1 and message_number > $2 and message_number < $3
                order by message_number %%s limit $4
            ) m order by m.message_number
            """.formatted(Message.COLUMNS);

    private static final String OLDEST_FIRST = HISTORY.formatted("asc");
    private static final String NEWEST_FIRST = HISTORY.formatted("desc");

    private static final String STANDING = """
            select c.user_id = $2 or exists (
                select 1 from conversations_participants p where p.conversation_id = $1 and p.user_id = $2) as is_in,
                c.user_id = $2 as is_own
            from conversations c where c.id = $1
            """;

    private static final String UNIQUE_VIOLATION = "23505";

    private final Pool pool;

    MessageStore(Pool pool) {
        this.pool = pool;
    }

    /**
     * Stores the drafts in their order, all or none, and says who is to be told.
     *
     * @param sender who must be in the conversation; null for the service key, which may write anywhere
     */
    Uni<Sent> send(UUID chatId, @Nullable UUID sender, List<Draft> drafts) {
        return Patience.with(pool.preparedQuery(SEND).execute(parameters(chatId, sender, drafts))
                // The same draft is being stored at this moment: the second look finds it.
                .onFailure(MessageStore::isRepeat).retry().atMost(3)
                .flatMap(rows -> rows.size() == 0 ? refused(chatId, sender) : sent(rows, drafts)));
    }

    /** Messages between the two numbers, both exclusive, in order: those next to {@code after}, or next to {@code before}. */
    Uni<List<Message>> history(UUID chatId, long after, long before, boolean isBackwards, int limit) {
        return Patience.with(
                pool.preparedQuery(isBackwards ? NEWEST_FIRST : OLDEST_FIRST).execute(Tuple.of(chatId, after, before, limit))
                        .map(rows -> rows.stream().map(Message::from).toList()));
    }

    /** Fails with 404 for an unknown conversation and with 403 for one that the user is not in. */
    Uni<Void> requireParticipant(UUID chatId, UUID userId) {
        return standing(chatId, userId, "is_in", "You are not in this conversation");
    }

    /** Fails with 404 for an unknown conversation and with 403 for one that is not the user's own. */
    Uni<Void> requireOwner(UUID chatId, UUID userId) {
        return standing(chatId, userId, "is_own", "Only its owner can send a batch to this conversation");
    }

    private Uni<Void> standing(UUID chatId, UUID userId, String column, String sentence) {
        return Patience.with(pool.preparedQuery(STANDING).execute(Tuple.of(chatId, userId)).invoke(rows -> {
            if (rows.size() == 0) {
                throw unknown();
            }
            if (!Boolean.TRUE.equals(rows.iterator().next().getBoolean(column))) {
                throw new Failure(FORBIDDEN, sentence);
            }
        }).replaceWithVoid());
    }

    private Uni<Sent> refused(UUID chatId, @Nullable UUID sender) {
        if (sender == null) {
            return Uni.createFrom().failure(unknown());
        }
        // Somebody who joined after the statement looked is refused all the same: nothing was stored.
        return requireParticipant(chatId, sender).onItem()
                .transformToUni(
                        joined -> Uni.createFrom().failure(new Failure(FORBIDDEN, "You were not in this conversation")));
    }

    private static Failure unknown() {
        return new Failure(NOT_FOUND, "There is no such conversation");
    }

    private static boolean isRepeat(Throwable failure) {
        return failure instanceof PgException database && UNIQUE_VIOLATION.equals(database.getSqlState());
    }

    private static Tuple parameters(UUID chatId, @Nullable UUID sender, List<Draft> drafts) {
        return Tuple.from(new Object[] { chatId, sender,
                IntStream.range(0, drafts.size()).boxed().toArray(Integer[]::new),
                column(drafts, Draft::roleOrUser),
                column(drafts, Draft::text),
                drafts.stream().map(Draft::userId).toArray(UUID[]::new),
                column(drafts, Draft::userName),
                column(drafts, Draft::mode),
                column(drafts, Draft::clientMsgId),
                column(drafts, Draft::metaText),
                drafts.size() });
    }

    private static String[] column(List<Draft> drafts, Function<Draft, @Nullable String> field) {
        return drafts.stream().map(field).toArray(String[]::new);
    }

    /** While the statement waited for its conversation somebody may have joined or left; then what it saw is out of date. */
    private Uni<Sent> sent(RowSet<Row> rows, List<Draft> drafts) {
        var sent = read(rows, drafts);
        return rows.iterator().next().getBoolean("has_changed") ? withAudience(sent) : Uni.createFrom().item(sent);
    }

    private Uni<Sent> withAudience(Sent sent) {
        var last = sent.messages().stream().max(Comparator.comparing(Message::messageNumber)).orElseThrow();
        return pool.preparedQuery(AUDIENCE).execute(Tuple.of(last.chatId(), last.createdAt().atOffset(ZoneOffset.UTC)))
                .map(rows -> sent.to(rows.stream().map(row -> row.getUUID("user_id")).toList()))
                // It is stored all the same, and its outbox entry tells whom it concerns.
                .onFailure().recoverWithItem(sent.untold());
    }

    private static Sent read(RowSet<Row> rows, List<Draft> drafts) {
        var messages = rows.stream().map(Message::from).toList();
        var news = rows.stream().filter(row -> row.getBoolean("is_new")).map(Message::event).toList();
        var first = rows.iterator().next();
        return new Sent(inOrderOf(drafts, messages), news, List.of(first.getArrayOfUUIDs("participants")),
                first.getUUID("owner"));
    }

    /** New messages stand in the drafts' order already; one that was stored before goes where its repetition stands. */
    private static List<Message> inOrderOf(List<Draft> drafts, List<Message> messages) {
        if (messages.size() == 1) {
            return messages;
        }
        var anonymous = messages.stream().filter(message -> message.clientMsgId() == null).iterator();
        return drafts.stream()
                .map(draft -> draft.clientMsgId() == null ? anonymous.next() : named(messages, draft.clientMsgId()))
                .toList();
    }

    private static Message named(List<Message> messages, String clientMsgId) {
        return messages.stream().filter(message -> Objects.equals(message.clientMsgId(), clientMsgId)).findFirst()
                .orElseThrow();
    }
}

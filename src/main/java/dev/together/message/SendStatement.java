package dev.together.message;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;

/**
 * The whole way of sends through the database in one statement: may the senders write here, the numbers, the messages, their
 * outbox entries, and who is to be told. Several sends, also to several conversations, share one statement and its commit.
 */
class SendStatement {

    /**
     * One element of each array a draft, the first with the number of its send. Drafts of a sender who may not write there
     * come back with no row; a draft that its sender stored before is not stored again, its message comes back; with another
     * text ({@code found} is negative then) nothing of its send is stored; what was edited since counts as the same. The row
     * locks on the conversations put their
     * messages in
     * commit order; they are taken in one order everywhere, so that no two statements wait for each other. Messages of one
     * statement are committed at one moment, so the predecessor of each but the first is as late as the last.
     */
    private static final String TEMPLATE = """
            with asked as materialized (
                select d.*, (select case when m.text = d.text or m.edited_at is not null or m.deleted_at is not null
                        then m.message_number else -m.message_number end
                    from messages m where m.chat_id = d.chat_id and m.client_msg_id = d.client_msg_id
                        and coalesce(m.sender, m.user_id, %1$s) = coalesce(d.sender, %1$s)) as found
                from unnest($1::int[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[],
                    $9::text[], $10::text[]%6$s) with ordinality
                    as d (send, chat_id, sender, role, text, user_id, user_name, mode, client_msg_id, meta%7$s, place)
            ), looked_up as (
                select a.*, abs(a.found) as known, coalesce(min(a.found) over (partition by a.send) < 0, false) as is_taken
                from asked a
            ), draft as (
                select d.*, d.known is null and not d.is_taken as is_new, c.user_id as owner, c.revision,
                    row_number() over so_far as turn,
                    count(*) filter (where d.known is null and not d.is_taken) over so_far as step
                from looked_up d join conversations c on c.id = d.chat_id
                where d.sender is null or c.user_id = d.sender or exists (
                    select 1 from conversations_participants p where p.conversation_id = d.chat_id and p.user_id = d.sender)
                window so_far as (partition by d.chat_id order by d.place)
            ), locked as (
                select c.id, n.steps
                from (select chat_id, max(step) as steps from draft where is_new group by chat_id) n
                    join conversations c on c.id = n.chat_id
                order by c.id for no key update of c %2$s
            ), counted as (
                update conversations c
                set last_message_number = c.last_message_number + l.steps,
                    previous_message_at = c.last_message_at,
                    last_message_at = greatest(clock_timestamp(), c.last_message_at + l.steps * interval '1 microsecond'),
                    updated_at = greatest(clock_timestamp(), c.updated_at)
                from locked l where c.id = l.id
                returning c.id, l.steps, c.last_message_number - l.steps as first, c.previous_message_at as previous_at,
                    c.last_message_at as at, c.revision
            ), stored as (
                insert into messages (chat_id, message_number, id, role, text, user_id, user_name, mode, client_msg_id,
                    meta, created_at, previous_at, sender)
                select n.id, n.first + d.step, message_id(n.at), d.role, d.text, d.user_id, d.user_name, d.mode,
                    d.client_msg_id, d.meta::jsonb, n.at - (n.steps - d.step) * interval '1 microsecond',
                    case d.step when 1 then n.previous_at else n.at end,
                    nullif(coalesce(d.sender, %1$s), coalesce(d.user_id, %1$s))
                from counted n join draft d on d.chat_id = n.id and d.is_new
                returning %4$s
            ), entered as (
                insert into outbox (chat_id, kind, number, created_at)
                select chat_id, 'message', message_number, created_at from stored
            )%8$s
            select d.send, m.id is null and not d.is_taken as is_locked, d.found < 0 as is_taken, %3$s, d.is_new, d.owner,
                coalesce(n.revision <> d.revision, false) as has_changed,
                case d.turn when 1 then array(
                    select user_id from conversations_participants where conversation_id = d.chat_id) end as participants%9$s
            from draft d left join counted n on n.id = d.chat_id left join (
                select * from stored
                union all
                select %5$s from draft r join messages k on k.chat_id = r.chat_id and k.client_msg_id = r.client_msg_id
                    and coalesce(k.sender, k.user_id, %1$s) = coalesce(r.sender, %1$s)
                where r.known is not null
            ) m on m.chat_id = d.chat_id and m.message_number = coalesce(d.known, n.first + d.step)
            order by d.place
            """;

    /** A message and the run that answers it are committed at once: neither is there without the other. */
    private static final String BEGUN = """
            , begun as (
                insert into assistant_runs
                    (chat_id, asked_number, id, answer_id, mode, asked_by, is_analyze, created_at, expires_at, due_at)
                select a.chat_id, a.number, a.run_id, message_id(clock_timestamp()), a.mode, a.user_id, a.is_analyze,
                    clock_timestamp(), clock_timestamp() + a.timeout * interval '1 millisecond',
                    clock_timestamp() + interval '%d seconds'
                from (
                    select d.chat_id, n.first + d.step as number, d.run_id, h.mode, d.user_id, d.is_analyze, h.timeout,
                        row_number() over (partition by d.chat_id order by d.step) as turn
                    from draft d join counted n on n.id = d.chat_id join conversations c on c.id = d.chat_id
                        join unnest($13::text[], $14::boolean[], $15::bigint[]) as h (mode, is_always, timeout)
                            on h.mode = c.mode
                    where d.is_new and d.run_id is not null and (h.is_always or d.is_analyze)
                ) a
                where a.turn + (select count(*) from assistant_runs r where r.chat_id = a.chat_id and r.end_status is null) <= %d
                returning chat_id, asked_number, id
            )""";

    private static final String BEGUN_RUN = """
            , (select b.id from begun b where b.chat_id = m.chat_id and b.asked_number = m.message_number
                union all select r.id from assistant_runs r where not d.is_new and r.chat_id = m.chat_id
                    and r.asked_number = m.message_number) as run_id""";

    /** Another process calls a handler where the one that stored the message has not done so for this long. */
    private static final int CALLED_WITHIN_SECONDS = 5;
    private static final int MOST_RUNS = 8;

    /** The sender of what the service key sends. */
    private static final String SERVICE = "'00000000-0000-0000-0000-000000000000'::uuid";

    private static final String SKIP = "skip locked";

    static final String SEND = statement("");
    private static final String SEND_WITHOUT_WAITING = statement(SKIP);
    private static final String SEND_AND_BEGIN = beginning("");
    private static final String SEND_AND_BEGIN_WITHOUT_WAITING = beginning(SKIP);

    private SendStatement() {
    }

    private static String statement(String locking) {
        return statement(locking, "", "", "", "");
    }

    private static String beginning(String locking) {
        return statement(locking, ", $11::uuid[], $12::boolean[]", ", run_id, is_analyze",
                BEGUN.formatted(CALLED_WITHIN_SECONDS, MOST_RUNS), BEGUN_RUN);
    }

    private static String statement(String locking, String arrays, String names, String begun, String run) {
        return TEMPLATE.formatted(SERVICE, locking, Message.COLUMNS, Message.stored("messages"), Message.stored("k"), arrays,
                names, begun, run);
    }

    /**
     * What became of a send.
     *
     * @param sent what is committed; null where nothing is
     * @param isLocked whether somebody else has the conversation locked; else, with nothing committed and nothing taken, the
     *        sender may not write there, or nothing is there
     * @param taken the {@code client_msg_id} that its sender has used for another text; null for none
     * @param hasChanged whether somebody may have joined or left while the statement waited for the conversation, so that
     *        the participants in {@code sent} are out of date
     * @param failure why the statement failed for it alone; null where it did not
     */
    record Outcome(@Nullable SendResult sent, boolean isLocked, @Nullable String taken, boolean hasChanged,
            @Nullable Throwable failure) {

        static Outcome failed(Throwable failure) {
            return new Outcome(null, false, null, false, failure);
        }
    }

    /**
     * Stores the sends in their order. No two of their drafts may bring the same {@code client_msg_id} of the same sender to
     * one conversation.
     *
     * @return their outcomes in the same order; a failure means that none was stored, or that nobody knows
     */
    static Uni<List<Outcome>> execute(SqlClient database, List<SendRequest> sends) {
        return execute(database, sends, SEND, SEND_AND_BEGIN);
    }

    /** As {@link #execute}, but never waits for a lock: what goes to a locked conversation is left. */
    static Uni<List<Outcome>> executeWithoutWaiting(SqlClient database, List<SendRequest> sends) {
        return execute(database, sends, SEND_WITHOUT_WAITING, SEND_AND_BEGIN_WITHOUT_WAITING);
    }

    private static Uni<List<Outcome>> execute(SqlClient database, List<SendRequest> sends, String sql, String beginning) {
        var handlers = sends.stream().map(SendRequest::run).filter(Objects::nonNull).map(RunDraft::handlers).findFirst();
        var parameters = parameters(sends);
        handlers.ifPresent(modes -> addRuns(parameters, sends, modes));
        return database.preparedQuery(handlers.isEmpty() ? sql : beginning).execute(parameters)
                .map(rows -> outcomes(sends, rows, handlers.isPresent()));
    }

    private static void addRuns(Tuple parameters, List<SendRequest> sends, RunModes modes) {
        var runs = sends.stream().<@Nullable RunDraft> flatMap(send -> send.drafts().stream().map(draft -> send.run()))
                .toList();
        parameters.addArrayOfUUID(runs.stream().map(run -> run == null ? null : run.id()).toArray(UUID[]::new))
                .addArrayOfBoolean(runs.stream().map(run -> run != null && run.isAnalyze()).toArray(Boolean[]::new))
                .addArrayOfString(modes.names()).addArrayOfBoolean(modes.always()).addArrayOfLong(modes.timeouts());
    }

    private static Tuple parameters(List<SendRequest> sends) {
        var drafts = sends.stream().flatMap(send -> send.drafts().stream()).toList();
        return Tuple.from(new Object[] {
                IntStream.range(0, sends.size()).boxed()
                        .flatMap(send -> Collections.nCopies(sends.get(send).drafts().size(), send).stream())
                        .toArray(Integer[]::new),
                perDraft(sends, SendRequest::chatId),
                perDraft(sends, SendRequest::sender),
                column(drafts, Draft::roleOrUser),
                column(drafts, Draft::text),
                drafts.stream().map(Draft::userId).toArray(UUID[]::new),
                column(drafts, Draft::userName),
                column(drafts, Draft::mode),
                column(drafts, Draft::clientMsgId),
                column(drafts, Draft::metaText) });
    }

    private static UUID[] perDraft(List<SendRequest> sends, Function<SendRequest, @Nullable UUID> field) {
        return sends.stream().flatMap(send -> send.drafts().stream().map(draft -> field.apply(send))).toArray(UUID[]::new);
    }

    private static String[] column(List<Draft> drafts, Function<Draft, @Nullable String> field) {
        return drafts.stream().map(field).toArray(String[]::new);
    }

    private static List<Outcome> outcomes(List<SendRequest> sends, RowSet<Row> rows, boolean hasRuns) {
        var remaining = new ArrayDeque<Row>(rows.size());
        rows.forEach(remaining::add);
        var participants = new HashMap<UUID, List<UUID>>();
        var outcomes = new ArrayList<Outcome>(sends.size());
        for (var send : sends) {
            var found = take(remaining, outcomes.size());
            // With the first draft of a conversation come its participants, also where it is locked.
            found.forEach(row -> participants.computeIfAbsent(send.chatId(), chat -> participants(row)));
            outcomes.add(outcome(send, found, participants, hasRuns));
        }
        return outcomes;
    }

    private static @Nullable List<UUID> participants(Row row) {
        var users = row.getArrayOfUUIDs("participants");
        return users == null ? null : List.of(users);
    }

    private static List<Row> take(ArrayDeque<Row> remaining, int send) {
        var taken = new ArrayList<Row>();
        while (!remaining.isEmpty() && remaining.element().getInteger("send") == send) {
            taken.add(remaining.remove());
        }
        return taken;
    }

    private static Outcome outcome(SendRequest send, List<Row> rows, Map<UUID, List<UUID>> participants,
            boolean hasRuns) {
        var taken = rows.stream().filter(row -> Boolean.TRUE.equals(row.getBoolean("is_taken"))).findFirst();
        boolean isLocked = rows.stream().anyMatch(row -> row.getBoolean("is_locked"));
        if (rows.isEmpty() || isLocked || taken.isPresent()) {
            return new Outcome(null, isLocked, taken.map(row -> row.getString("client_msg_id")).orElse(null), false, null);
        }
        var first = rows.get(0);
        var messages = rows.stream().map(Message::from).toList();
        var news = rows.stream().filter(row -> row.getBoolean("is_new")).map(Message::event).toList();
        var users = Objects.requireNonNull(participants.get(send.chatId()));
        var run = hasRuns ? first.getUUID("run_id") : null;
        return new Outcome(new SendResult(messages, news, users, first.getUUID("owner"), run), false, null,
                first.getBoolean("has_changed"), null);
    }
}

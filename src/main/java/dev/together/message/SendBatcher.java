package dev.together.message;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.together.http.DatabaseTimeout;
import dev.together.message.SendStatement.Outcome;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.SqlClient;

/**
 * Stores what is sent at the same time together: while one statement is on its way, what arrives gathers for the next. Where
 * nothing is on its way a send starts at once; under load many share the price of one statement and one commit.
 *
 * <p>
 * Each conversation belongs to one lane, so the sends of one process never wait for each other's row locks. Nor do the lanes
 * wait for those of anybody else: what goes to a conversation that another process has locked for its moment takes a slow
 * lane, whose statements wait. So a conversation that stays locked delays no others but such.
 */
class SendBatcher {

    /** Few: the fewer statements, the more share one. Two keep PostgreSQL busy while one's replies are written. */
    private static final int LANES = 2;
    private static final int SLOW_LANES = 8;

    private final Function<Outcome, Uni<SendResult>> settle;
    private final List<BatchWorker> workers;
    private final List<BatchWorker> slowLanes;

    /** @param settle makes of what the statement found the reply, or the failure */
    SendBatcher(Vertx vertx, SqlClient database, Function<Outcome, Uni<SendResult>> settle) {
        // All lanes share it, so that a database that hangs fills no pod's memory: there, a message takes some ten times as much.
        var length = new PendingBytes(Runtime.getRuntime().maxMemory() / 16);
        this.settle = settle;
        this.workers = workers(LANES,
                () -> new BatchWorker(vertx, length, group -> SendStatement.executeWithoutWaiting(database, group),
                        this::settleOrWait));
        this.slowLanes = workers(SLOW_LANES,
                () -> new BatchWorker(vertx, length, group -> SendStatement.execute(database, group), this::settle));
    }

    /** Stores the drafts of the send, all or none; completes on the caller's context. */
    Uni<SendResult> store(SendRequest send) {
        Uni<SendResult> stored = Uni.createFrom().emitter(caller -> of(workers, send).add(PendingSend.of(send, caller)));
        var outcome = DatabaseTimeout.with(stored);
        var context = Vertx.currentContext();
        return context == null ? outcome : outcome.emitOn(task -> context.runOnContext(start -> task.run()));
    }

    private void settleOrWait(PendingSend send, Outcome outcome) {
        if (outcome.isLocked()) {
            of(slowLanes, send.request).add(send);
        } else {
            settle(send, outcome);
        }
    }

    private void settle(PendingSend send, Outcome outcome) {
        settle.apply(outcome).subscribe().with(send::committed, send::failed);
    }

    private static BatchWorker of(List<BatchWorker> workers, SendRequest send) {
        return workers.get(Math.floorMod(send.chatId().hashCode(), workers.size()));
    }

    private static List<BatchWorker> workers(int count, Supplier<BatchWorker> worker) {
        return Stream.generate(worker).limit(count).toList();
    }
}

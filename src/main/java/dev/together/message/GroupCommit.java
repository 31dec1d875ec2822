package dev.together.message;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

import dev.together.http.Patience;
import dev.together.message.SendStatement.Outcome;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.SqlClient;

/**
 * Stores what is sent at the same time together: while one statement is on its way, what arrives gathers for the next. Where
 * nothing is on its way a send starts at once; under load many share the price of one statement and one commit.
 *
 * <p>
 * Each conversation belongs to a lane, and each lane has one statement on its way. So the sends of one process never wait for
 * each other's row locks, and a conversation that somebody keeps locked holds one connection, and delays only its own lane.
 */
class GroupCommit {

    private static final int LANES = 8;

    private final List<Lane> lanes;

    /** @param settle makes of what the statement found what the caller is told, or the failure */
    GroupCommit(Vertx vertx, SqlClient database, Function<Outcome, Uni<Sent>> settle) {
        this.lanes = IntStream.range(0, LANES).mapToObj(lane -> new Lane(vertx, database, settle)).toList();
    }

    /** Stores the drafts of the send, all or none; completes on the caller's context. */
    Uni<Sent> store(Send send) {
        var lane = lanes.get(Math.floorMod(send.chatId.hashCode(), LANES));
        var outcome = Patience.with(send.outcome(lane::add));
        var context = Vertx.currentContext();
        return context == null ? outcome : outcome.emitOn(task -> context.runOnContext(start -> task.run()));
    }
}

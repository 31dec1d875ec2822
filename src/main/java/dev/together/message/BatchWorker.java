package dev.together.message;

import static dev.together.http.Failure.Code.UNAVAILABLE;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;

import dev.together.http.DatabaseTimeout;
import dev.together.http.Failure;
import dev.together.message.SendStatement.Outcome;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;

/** Sends that are stored one group after the other: while one is on its way, the next gathers. */
class BatchWorker {

    private static final int MOST_WAITING = 1_000;
    private static final int REPEATS = 3;
    private static final String UNIQUE_VIOLATION = "23505";

    private final Vertx vertx;
    private final Function<List<SendRequest>, Uni<List<Outcome>>> statement;
    private final BiConsumer<PendingSend, Outcome> settle;
    private final PendingBytes length;
    private final Queue<PendingSend> waiting = new ArrayDeque<>();
    private boolean isBusy;

    /**
     * @param length of all lanes together
     * @param statement stores a group; what became of each comes in the same order
     * @param settle takes what became of each
     */
    BatchWorker(Vertx vertx, PendingBytes length, Function<List<SendRequest>, Uni<List<Outcome>>> statement,
            BiConsumer<PendingSend, Outcome> settle) {
        this.vertx = vertx;
        this.length = length;
        this.statement = statement;
        this.settle = settle;
    }

    void add(PendingSend send) {
        if (startsWith(send)) {
            // Not on the caller's own context: what belongs to one request must not cling to the statements of others.
            VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext()).runOnContext(start -> storeNext());
        }
    }

    private synchronized boolean startsWith(PendingSend send) {
        if (waiting.size() >= MOST_WAITING || !length.take(send.characters)) {
            send.failed(new Failure(UNAVAILABLE, "Too many messages wait for the database; try again"));
            return false;
        }
        waiting.add(send);
        boolean isFirst = !isBusy;
        isBusy = true;
        return isFirst;
    }

    private void storeNext() {
        var group = nextGroup();
        if (group.isEmpty()) {
            return;
        }
        store(group).subscribe().with(outcomes -> {
            storeNext();
            IntStream.range(0, group.size()).forEach(place -> settle.accept(group.get(place), outcomes.get(place)));
        }, failure -> {
            storeNext();
            group.forEach(send -> send.failed(failure));
        });
    }

    private synchronized List<PendingSend> nextGroup() {
        var group = new SendGroup();
        while (!waiting.isEmpty() && (waiting.element().isAbandoned() || group.take(waiting.element()))) {
            length.free(waiting.remove().characters);
        }
        isBusy = !group.sends().isEmpty();
        return group.sends();
    }

    private Uni<List<Outcome>> store(List<PendingSend> group) {
        var stored = DatabaseTimeout.with(statement.apply(group.stream().map(send -> send.request).toList()));
        if (group.size() == 1) {
            // Another process is storing the same draft at this moment: the second look finds it.
            return stored.onFailure(BatchWorker::isRepeat).retry().atMost(REPEATS);
        }
        return stored.onFailure(PgException.class).recoverWithUni(() -> oneByOne(group));
    }

    /** PostgreSQL has refused the group, so nothing of it is stored: what is wrong with one must not fail the others. */
    private Uni<List<Outcome>> oneByOne(List<PendingSend> group) {
        return Multi.createFrom().iterable(group)
                .onItem().transformToUniAndConcatenate(send -> store(List.of(send))
                        .onFailure().recoverWithItem(failure -> List.of(Outcome.failed(failure))))
                .onItem().<Outcome> disjoint()
                .collect().asList();
    }

    private static boolean isRepeat(Throwable failure) {
        return failure instanceof PgException database && UNIQUE_VIOLATION.equals(database.getSqlState());
    }
}

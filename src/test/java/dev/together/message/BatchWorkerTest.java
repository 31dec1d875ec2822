package dev.together.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.together.http.Failure;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;

/** What waits while the database says nothing is bounded, and who finds no room is told at once. */
class BatchWorkerTest {

    private static final int GROUP = 64;
    private static final int MEBIBYTE = 1 << 20;

    private final Vertx vertx = Vertx.vertx();
    private final BatchWorker worker = new BatchWorker(vertx, new PendingBytes(9 * MEBIBYTE),
            group -> Uni.createFrom().nothing(),
            (send, outcome) -> {
            });

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void a_thousand_wait_and_the_next_is_refused() {
        assertThat(waiting(1_200, "Hello")).isBetween(1_000L, 1_000L + 2 * GROUP);
    }

    @Test
    void of_long_ones_fewer_wait() {
        assertThat(waiting(20, "x".repeat(MEBIBYTE))).isBetween(8L, 10L);
    }

    /** How many of so many are not refused; the first group of them may be on its way already. */
    private long waiting(int count, String text) {
        return Stream.generate(() -> isRefused(text)).limit(count).filter(isRefused -> !isRefused).count();
    }

    private boolean isRefused(String text) {
        var failure = new AtomicReference<Throwable>();
        var draft = new Draft("user", text, null, "together", null, null, null);
        var send = SendRequest.replyingFirst(UUID.randomUUID(), null, List.of(draft), sent -> {
        });
        Uni.createFrom().<SendResult> emitter(caller -> worker.add(PendingSend.of(send, caller))).subscribe().with(sent -> {
        }, failure::set);
        return failure.get() instanceof Failure refused && refused.code() == Failure.Code.UNAVAILABLE;
    }
}

package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.together.testing.TestSettings;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;

/** Four frames a second, so sixteen may wait; and as many bytes as a queue must be able to have. */
class InboundQueueTest {

    private static final int MOST_FRAMES = 16;
    private static final int MOST_BYTES = 1024;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final InboundQueue inbound = new InboundQueue(context, TestSettings.with(Map.of(
            "together.realtime.frames-per-second", "4",
            "together.realtime.channels-per-connection", "4",
            "together.realtime.queue-bytes", String.valueOf(MOST_BYTES))).realtime());
    private final CompletableFuture<Void> first = new CompletableFuture<>();
    private final List<Integer> handled = new ArrayList<>();

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void frames_are_handled_one_after_another_in_order_also_after_one_that_failed() {
        var last = new CompletableFuture<Void>();
        boolean isAdded = run(() -> {
            assertThat(add(0, 1, () -> Uni.createFrom().completionStage(first))).isTrue();
            IntStream.rangeClosed(1, 5)
                    .forEach(number -> assertThat(add(number, 1, () -> Uni.createFrom().voidItem())).isTrue());
            return add(6, 1, () -> Uni.createFrom().voidItem().invoke(() -> last.complete(null)));
        });
        assertThat(isAdded).isTrue();
        assertThat(handled).containsExactly(0);

        first.completeExceptionally(new IllegalStateException("failed"));

        last.join();
        assertThat(handled).containsExactly(0, 1, 2, 3, 4, 5, 6);
    }

    @Test
    void no_more_frames_wait_than_may_come_at_once() {
        assertThat(run(() -> add(0, 1, () -> Uni.createFrom().completionStage(first)))).isTrue();

        IntStream.range(0, MOST_FRAMES).forEach(number -> assertThat(added(1)).isTrue());

        assertThat(added(1)).isFalse();
    }

    @Test
    void no_more_bytes_wait_than_the_queue_may_have_and_one_frame_alone_is_never_too_large() {
        assertThat(run(() -> add(0, MOST_BYTES + 1, () -> Uni.createFrom().completionStage(first)))).isTrue();

        assertThat(added(MOST_BYTES)).isTrue();

        assertThat(added(1)).isFalse();
    }

    private boolean added(int size) {
        return run(() -> add(1, size, () -> Uni.createFrom().voidItem()));
    }

    private boolean add(int number, int size, Supplier<Uni<Void>> handling) {
        return inbound.add(size, Uni.createFrom().deferred(() -> {
            handled.add(number);
            return handling.get();
        }));
    }

    private boolean run(Supplier<Boolean> action) {
        var result = new CompletableFuture<Boolean>();
        context.runOnContext(start -> result.complete(action.get()));
        return result.join();
    }
}

package dev.together.testing;

import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Calls that all begin together, each on a thread of its own. */
public class AtOnce {

    private AtOnce() {
    }

    /** Calls with 0 to count - 1; gives what came of each, and fails where one does. */
    public static <T> List<T> call(int count, IntFunction<T> call) {
        var barrier = new CyclicBarrier(count);
        var threads = Executors.newFixedThreadPool(count);
        try {
            var calls = IntStream.range(0, count).mapToObj(index -> CompletableFuture.supplyAsync(() -> {
                await(barrier);
                return call.apply(index);
            }, threads)).toList();
            return calls.stream().map(CompletableFuture::join).toList();
        } finally {
            threads.shutdown();
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }
}

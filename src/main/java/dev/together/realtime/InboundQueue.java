package dev.together.realtime;

import java.util.ArrayDeque;

import dev.together.Settings;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;

/**
 * What has come from one connection and waits for what came before it, in order and bounded.
 *
 * <p>
 * To be used on the connection's event loop only.
 */
class InboundQueue {

    private final Context context;
    private final long mostBytes;
    private final int mostFrames;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(2);
    private long bytes;
    private boolean isHandling;
    private boolean isOver;

    InboundQueue(Context context, Settings.Realtime limits) {
        this.context = context;
        this.mostBytes = limits.queueBytes();
        this.mostFrames = FrameRates.framesAtOnce(limits);
    }

    /**
     * Handles a frame in its turn.
     *
     * @return whether it fits; past the bound it is dropped
     */
    boolean add(int size, Uni<Void> handling) {
        if (isOver) {
            return true;
        }
        if (isHandling && (bytes + size > mostBytes || waiting.size() >= mostFrames)) {
            return false;
        }
        waiting.add(new Waiting(size, handling));
        bytes += size;
        handleNext();
        return true;
    }

    /** Drops what waits and whatever comes. */
    void end() {
        isOver = true;
        waiting.clear();
    }

    private void handleNext() {
        if (isHandling || waiting.isEmpty()) {
            return;
        }
        var next = waiting.remove();
        bytes -= next.size();
        isHandling = true;
        next.handling().subscribe().with(done -> handled(), failed -> handled());
    }

    /** It may have been done on any thread, and at once. */
    private void handled() {
        context.runOnContext(start -> {
            isHandling = false;
            handleNext();
        });
    }

    /** A frame that has not been read yet. */
    private record Waiting(int size, Uni<Void> handling) {
    }
}

package dev.together.realtime;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.together.Settings;
import dev.together.event.EncodedEvent;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;

/**
 * What waits to be written to one connection, in order and bounded.
 *
 * <p>
 * A client that reads more slowly than it is written to fills its own queue only: past the bound its connection is closed
 * with {@link #TOO_SLOW}, and it resumes when it comes back. Safe for threads; nothing here blocks.
 */
class OutboundQueue {

    /** The close code for a client that did not keep up. */
    static final CloseReason TOO_SLOW = new CloseReason(4008, "Too slow: reconnect to resume");

    /** The close code for a client that is owed events which this process cannot give it now, through no fault of its own. */
    static final CloseReason UNREADABLE = new CloseReason(1013, "The store could not be read: reconnect to resume");

    /** The same where too many events were lost on their way here to be brought one by one. */
    static final CloseReason MISSED = new CloseReason(1013, "Events were missed: reconnect to resume");

    private final WebSocketConnection socket;
    private final Context context;
    private final RealtimeMetrics metrics;
    private final ConcurrentLinkedQueue<Object> queue = new ConcurrentLinkedQueue<>();
    private final QueueBudget budget;
    private final ConcurrentLinkedQueue<Runnable> waitingForHeadroom = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isWriting = new AtomicBoolean();
    private final AtomicBoolean isClosing = new AtomicBoolean();

    OutboundQueue(WebSocketConnection socket, Context context, Settings.Realtime limits, ProcessBudget shared,
            RealtimeMetrics metrics) {
        this.socket = socket;
        this.context = context;
        this.metrics = metrics;
        this.budget = new QueueBudget(limits, shared);
    }

    void send(String frame) {
        enqueue(frame, frame.length());
    }

    void send(Buffer frame) {
        enqueue(frame, frame.length());
    }

    /** As {@link #send(String)}; its way until it is written is traced, and timed from the commit if so wanted. */
    void sendWatched(String frame, EncodedEvent event, boolean isTimed) {
        enqueue(new Watched(frame, metrics.delivery(event, isTimed)), frame.length());
    }

    /** Whether what can wait should be sent now: half of the bound is kept for what cannot. */
    boolean hasHeadroom() {
        return budget.hasHeadroom();
    }

    /** Runs this once when there is room. */
    void whenHeadroom(Runnable then) {
        waitingForHeadroom.add(then);
        runIfHeadroom();
    }

    /** Closes the connection after what waits; once. */
    void close(CloseReason reason) {
        if (isClosing.compareAndSet(false, true)) {
            queue.add(reason);
            writeSoon();
            if (reason == TOO_SLOW) {
                metrics.overflowed();
            }
        }
    }

    /** The connection has ended: nothing waits any more. */
    void closed() {
        budget.close();
    }

    boolean isClosing() {
        return isClosing.get();
    }

    private void enqueue(Object frame, int size) {
        if (isClosing.get()) {
            return;
        }
        if (!budget.take(size)) {
            queue.clear();
            close(TOO_SLOW);
            return;
        }
        queue.add(frame);
        writeSoon();
    }

    private void writeSoon() {
        if (isWriting.compareAndSet(false, true)) {
            context.runOnContext(start -> writeAll());
        }
    }

    private void writeAll() {
        isWriting.set(false);
        for (var next = queue.poll(); next != null; next = queue.poll()) {
            int size = size(next);
            var written = write(next);
            if (next instanceof Watched watched) {
                written = written.invoke(watched.written());
            }
            written.subscribe().with(done -> written(size), failed -> written(size));
        }
    }

    private Uni<Void> write(Object next) {
        if (socket.isClosed()) {
            return Uni.createFrom().voidItem();
        }
        if (next instanceof CloseReason reason) {
            return socket.close(reason);
        }
        if (next instanceof Watched watched) {
            return socket.sendText(watched.frame());
        }
        return next instanceof String text ? socket.sendText(text) : socket.sendBinary((Buffer) next);
    }

    private void written(int size) {
        budget.free(size);
        runIfHeadroom();
    }

    private void runIfHeadroom() {
        if (!waitingForHeadroom.isEmpty() && hasHeadroom()) {
            context.runOnContext(start -> runWaiting());
        }
    }

    private void runWaiting() {
        // Each may find the room used up and wait again.
        while (hasHeadroom() && !waitingForHeadroom.isEmpty()) {
            waitingForHeadroom.remove().run();
        }
    }

    private static int size(Object frame) {
        if (frame instanceof Watched watched) {
            return watched.frame().length();
        }
        return frame instanceof String text ? text.length() : frame instanceof Buffer buffer ? buffer.length() : 0;
    }

    /** A frame and what is run when it is written. */
    private record Watched(String frame, Runnable written) {
    }
}

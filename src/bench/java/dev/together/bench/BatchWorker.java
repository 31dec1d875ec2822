package dev.together.bench;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.IntConsumer;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;

/**
 * One HTTP/1.1 connection that stays open and sends one message at a time.
 *
 * <p>
 * Requests are bytes made beforehand and replies are read no further than needed, so that the load takes little of the
 * machine that it shares with what it measures.
 */
class BatchWorker {

    private static final String LENGTH = "content-length: ";
    private static final int STATUS_START = 9;
    private static final int STATUS_END = 12;

    private final NetSocket socket;
    private final Context context;
    private Buffer received = Buffer.buffer();
    private int end = -1;
    private IntConsumer done = status -> {
    };

    BatchWorker(NetSocket socket, Context context) {
        this.socket = socket;
        this.context = context;
        socket.handler(this::receive);
        socket.closeHandler(closed -> done.accept(0));
    }

    /** On the lane's own event loop. */
    void run(Runnable command) {
        context.runOnContext(start -> command.run());
    }

    /** Sends and says the status, 0 for a lost connection; on the lane's own event loop. */
    void send(Buffer request, IntConsumer whenDone) {
        done = whenDone;
        socket.write(request);
    }

    /** Bytes of the reply that came last. */
    int replyBytes() {
        return end;
    }

    void close() {
        done = status -> {
        };
        socket.close();
    }

    private void receive(Buffer part) {
        boolean isFirst = received.length() == 0;
        received = isFirst ? part : received.appendBuffer(part);
        if (isFirst || end < 0) {
            end = end(received);
        }
        if (end >= 0 && received.length() >= end) {
            var reply = received;
            received = Buffer.buffer();
            done.accept(Integer.parseInt(reply.getString(STATUS_START, STATUS_END)));
        }
    }

    /** Where the reply ends; -1 while its head is incomplete. */
    private static int end(Buffer reply) {
        var text = reply.toString(StandardCharsets.ISO_8859_1);
        int body = text.indexOf("\r\n\r\n");
        if (body < 0) {
            return -1;
        }
        var head = text.substring(0, body + 2).toLowerCase(Locale.ROOT);
        int length = head.indexOf(LENGTH);
        if (length < 0) {
            throw new IllegalStateException("The reply does not say how long it is");
        }
        length += LENGTH.length();
        return body + 4 + Integer.parseInt(head.substring(length, head.indexOf('\r', length)));
    }
}

package dev.together.http;

import java.util.ArrayDeque;
import java.util.Queue;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/**
 * Takes from a connection no faster than its client takes what it is answered: nothing while there is more to write than is
 * taken, and one request at a time.
 *
 * <p>
 * What was read before it stopped waits here: no more than one read brings, and of requests only a few. Vert.x has a say
 * whether it is read from a connection, too, by the same switch; so it is switched on before the last of that is passed on.
 */
class PacedConnection extends ChannelDuplexHandler {

    private static final int MOST_MESSAGES = 2_048;
    private static final int MOST_REQUESTS = 100;
    /** An answer that is longer is counted until it is taken. */
    private static final int LONG_ANSWER = 4_096;

    private final RequestBudget budget;
    private final Queue<Object> held = new ArrayDeque<>(0);
    private int heldRequests;
    private boolean isAnswering = true;
    private boolean isStopped;
    private boolean isReleasing;

    /** For a connection whose first request has been passed on. */
    PacedConnection(RequestBudget budget) {
        this.budget = budget;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (held.isEmpty() && mayPass(context, message)) {
            pass(context, message);
            return;
        }
        held.add(message);
        heldRequests += message instanceof HttpRequest ? 1 : 0;
        stop(context);
        if (held.size() > MOST_MESSAGES || heldRequests > MOST_REQUESTS) {
            close(context);
        }
    }

    @Override
    public void read(ChannelHandlerContext context) {
        if (isReleasing) {
            return;
        }
        if (!held.isEmpty() || !context.channel().isWritable()) {
            stop(context);
            releaseSoon(context);
            return;
        }
        context.read();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        var written = promise;
        if (message instanceof LastHttpContent && !isInformation(message)) {
            written = written.unvoid();
            written.addListener(done -> answered(context));
        }
        if (message instanceof HttpContent part && part.content().readableBytes() > LONG_ANSWER) {
            written = written.unvoid();
            count(context, part.content().readableBytes(), written);
        }
        super.write(context, message, written);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        context.fireChannelWritabilityChanged();
        releaseSoon(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        drop();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        drop();
    }

    private void answered(ChannelHandlerContext context) {
        isAnswering = false;
        releaseSoon(context);
    }

    private void count(ChannelHandlerContext context, int bytes, ChannelPromise written) {
        var wait = budget.begin(() -> close(context));
        budget.takeAnyway(bytes);
        written.addListener(done -> {
            wait.end();
            budget.free(bytes);
        });
        wait.add(bytes);
    }

    private boolean mayPass(ChannelHandlerContext context, Object message) {
        return context.channel().isWritable() && !(isAnswering && message instanceof HttpRequest);
    }

    private void pass(ChannelHandlerContext context, Object message) {
        isAnswering |= message instanceof HttpRequest;
        context.fireChannelRead(message);
    }

    private void stop(ChannelHandlerContext context) {
        var settings = context.channel().config();
        if (settings.isAutoRead()) {
            settings.setAutoRead(false);
            isStopped = true;
        }
    }

    /** Not at once: it may be in the midst of a write. */
    private void releaseSoon(ChannelHandlerContext context) {
        if (isStopped && !context.isRemoved() && canRelease(context)) {
            context.executor().execute(() -> release(context));
        }
    }

    private boolean canRelease(ChannelHandlerContext context) {
        var next = held.peek();
        return next == null ? context.channel().isWritable() : mayPass(context, next);
    }

    private void release(ChannelHandlerContext context) {
        if (!isStopped || context.isRemoved() || !canRelease(context)) {
            return;
        }
        var settings = context.channel().config();
        isStopped = false;
        isReleasing = true;
        settings.setAutoRead(true);
        while (!held.isEmpty() && settings.isAutoRead() && mayPass(context, held.element())) {
            var next = held.remove();
            heldRequests -= next instanceof HttpRequest ? 1 : 0;
            pass(context, next);
        }
        context.fireChannelReadComplete();
        isReleasing = false;
        if (settings.isAutoRead()) {
            read(context);
        }
    }

    private void drop() {
        held.forEach(ReferenceCountUtil::release);
        held.clear();
    }

    private static void close(ChannelHandlerContext context) {
        var unused = context.close();
    }

    private static boolean isInformation(Object message) {
        return message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }
}

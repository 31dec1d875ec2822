package dev.together.realtime;

import org.jspecify.annotations.Nullable;

import dev.together.http.RequestBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/**
 * Makes one frame of a client's fragments, up to the limit. What is larger is read away as it comes, and an
 * {@link OversizedFrame} stands in its place; past {@link #most}, or where others need the memory more, nothing more is taken.
 */
class WholeFrames extends ChannelInboundHandlerAdapter {

    static final String NAME = "together-whole-frames";
    /** So long is the head of a binary broadcast at most. */
    private static final int BINARY_HEAD = FrameV2.HEADER + 3 * 255;

    private final int limit;
    private final int most;
    private final RequestBudget budget;
    private @Nullable UnfinishedMessage kept;
    private @Nullable FrameHead head;
    private boolean isText;
    private boolean isOver;
    private long size;

    WholeFrames(int limit, int most, RequestBudget budget) {
        this.limit = limit;
        this.most = most;
        this.budget = budget;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof TextWebSocketFrame || message instanceof BinaryWebSocketFrame
                || message instanceof ContinuationWebSocketFrame) {
            read(context, (WebSocketFrame) message);
        } else {
            super.channelRead(context, message);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        forget();
    }

    private void read(ChannelHandlerContext context, WebSocketFrame fragment) {
        boolean isFirst = !(fragment instanceof ContinuationWebSocketFrame);
        if (!isOver && isFirst && fragment.isFinalFragment() && fragment.content().readableBytes() <= limit) {
            context.fireChannelRead(fragment);
            return;
        }
        try {
            if (!isOver) {
                isText = isFirst ? fragment instanceof TextWebSocketFrame : isText;
                add(context, fragment);
            }
        } finally {
            fragment.release();
        }
    }

    private void add(ChannelHandlerContext context, WebSocketFrame fragment) {
        size += fragment.content().readableBytes();
        if (size > most) {
            end(context, OversizedFrame.ends());
            return;
        }
        take(context, fragment.content());
        if (fragment.isFinalFragment() && !isOver) {
            end(context);
        }
    }

    private void take(ChannelHandlerContext context, ByteBuf content) {
        var message = kept == null ? begin(context) : kept;
        kept = message;
        if (head == null && size > limit) {
            head = new FrameHead();
            head.read(message.bytes());
            message.shorten(BINARY_HEAD);
        }
        int wanted = content.readableBytes();
        if (head != null) {
            head.read(content);
            wanted = Math.max(0, Math.min(wanted, BINARY_HEAD - message.bytes().readableBytes()));
        }
        if (!message.add(content, wanted) && !isOver) {
            end(context, OversizedFrame.crowded());
        }
    }

    private UnfinishedMessage begin(ChannelHandlerContext context) {
        return new UnfinishedMessage(context.alloc(), budget, cut -> {
            if (context.executor().inEventLoop()) {
                cut(context, cut);
            } else {
                context.executor().execute(() -> cut(context, cut));
            }
        });
    }

    private void cut(ChannelHandlerContext context, UnfinishedMessage message) {
        if (message == kept) {
            end(context, OversizedFrame.crowded());
            context.fireChannelReadComplete();
        }
    }

    /** Nothing more is taken, and this says why. */
    private void end(ChannelHandlerContext context, ByteBuf why) {
        isOver = true;
        forget();
        context.fireChannelRead(new BinaryWebSocketFrame(why));
    }

    private void end(ChannelHandlerContext context) {
        var dropped = head;
        if (kept == null) {
            return;
        }
        var whole = kept.end();
        kept = null;
        forget();
        if (dropped == null) {
            context.fireChannelRead(isText ? new TextWebSocketFrame(whole) : new BinaryWebSocketFrame(whole));
            return;
        }
        var json = isText ? dropped.json() : OversizedFrame.headOfBinary(ByteBufUtil.getBytes(whole));
        whole.release();
        context.fireChannelRead(new BinaryWebSocketFrame(OversizedFrame.dropped(json)));
    }

    private void forget() {
        if (kept != null) {
            kept.end().release();
        }
        kept = null;
        head = null;
        size = 0;
    }
}

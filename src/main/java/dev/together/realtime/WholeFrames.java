package dev.together.realtime;

import org.jspecify.annotations.Nullable;

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
 * {@link OversizedFrame} stands in its place; past {@link #most} nothing more is taken.
 */
class WholeFrames extends ChannelInboundHandlerAdapter {

    static final String NAME = "together-whole-frames";
    /** So long is the head of a binary broadcast at most. */
    private static final int BINARY_HEAD = FrameV2.HEADER + 3 * 255;

    private final int limit;
    private final int most;
    private @Nullable ByteBuf kept;
    private @Nullable FrameHead head;
    private boolean isText;
    private boolean isOver;
    private long size;

    WholeFrames(int limit, int most) {
        this.limit = limit;
        this.most = most;
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
            isOver = true;
            forget();
            context.fireChannelRead(new BinaryWebSocketFrame(OversizedFrame.ends()));
        } else {
            take(context, fragment.content());
            if (fragment.isFinalFragment()) {
                end(context);
            }
        }
    }

    private void take(ChannelHandlerContext context, ByteBuf content) {
        if (head == null && size > limit) {
            head = new FrameHead();
            if (kept != null) {
                head.read(kept);
                shorten(kept);
            }
        }
        if (kept == null) {
            kept = context.alloc().buffer(content.readableBytes());
        }
        if (head == null) {
            kept.writeBytes(content, content.readerIndex(), content.readableBytes());
            return;
        }
        head.read(content);
        int wanted = Math.min(content.readableBytes(), BINARY_HEAD - kept.readableBytes());
        kept.writeBytes(content, content.readerIndex(), Math.max(0, wanted));
    }

    /** Keeps what the head of a binary broadcast may need. */
    private void shorten(ByteBuf whole) {
        kept = whole.alloc().buffer(BINARY_HEAD).writeBytes(whole, 0, Math.min(BINARY_HEAD, whole.readableBytes()));
        whole.release();
    }

    private void end(ChannelHandlerContext context) {
        var whole = kept;
        var dropped = head;
        kept = null;
        forget();
        if (whole == null) {
            return;
        }
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
            kept.release();
        }
        kept = null;
        head = null;
        size = 0;
    }
}

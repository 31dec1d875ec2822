package dev.together.realtime;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/** How many bytes one connection has brought since its last message was whole: a part of a frame, or fragments. */
class UnfinishedMessage extends ChannelInboundHandlerAdapter {

    private final UnfinishedMessages all;
    private long received;
    private long told;
    private boolean isFragmented;

    UnfinishedMessage(UnfinishedMessages all) {
        this.all = all;
    }

    /** A frame is whole. */
    void see(WebSocketFrame frame) {
        if (!isControl(frame)) {
            isFragmented = !frame.isFinalFragment();
        }
        if (!isFragmented) {
            received = 0;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            received += bytes.readableBytes();
        }
        context.fireChannelRead(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        tell(context, received);
        context.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        tell(context, 0);
        context.fireChannelInactive();
    }

    private void tell(ChannelHandlerContext context, long size) {
        if (size != told) {
            told = size;
            all.set(context.channel(), size);
        }
    }

    private static boolean isControl(WebSocketFrame frame) {
        return frame instanceof PingWebSocketFrame || frame instanceof PongWebSocketFrame
                || frame instanceof CloseWebSocketFrame;
    }
}

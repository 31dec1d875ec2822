package dev.together.realtime;

import dev.together.Settings;
import dev.together.http.RequestBudget;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;

/** Refuses what RFC 6455 forbids and Vert.x lets pass: reserved bits without an extension, and text that is no UTF-8. */
class StrictFrames extends Utf8FrameValidator {

    private static final String NAME = "together-strict-frames";
    private static final String LAST = "handler";

    private StrictFrames() {
        super(false);
    }

    /** Looks at every frame of the websocket that this request becomes; those of more bytes than this are read away. */
    static void on(HttpServerRequest request, int limit, RequestBudget budget) {
        var pipeline = ((ConnectionBase) request.connection()).channel().pipeline();
        if (pipeline.get(NAME) == null) {
            pipeline.addBefore(LAST, NAME, new StrictFrames());
            pipeline.addBefore(LAST, WholeFrames.NAME, new WholeFrames(limit, Settings.Realtime.MOST_FRAME_BYTES, budget));
            pipeline.addBefore(pipeline.context(HttpRequestDecoder.class).name(), FrameSplitter.NAME, new FrameSplitter());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof WebSocketFrame frame) {
            requireNoReservedBits(frame);
        }
        super.channelRead(context, message);
    }

    private static void requireNoReservedBits(WebSocketFrame frame) {
        if (frame.rsv() != 0) {
            frame.release();
            throw new CorruptedWebSocketFrameException(WebSocketCloseStatus.PROTOCOL_ERROR, "Reserved bits are set");
        }
    }
}

package dev.together.http;

import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;

/**
 * The answer to a request that is not read, and the last on its connection: where its body ends is for its sender to say, so
 * nothing behind it is taken for another request.
 *
 * <p>
 * A client reads no answer while it still sends, so what it sends is let go for some seconds before the connection is closed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits until it is written, or closed
class LastAnswer extends ChannelInboundHandlerAdapter {

    private static final String NAME = "together-last-answer";
    private static final String LAST = "handler";
    private static final int LINGER_SECONDS = 5;

    private LastAnswer() {
    }

    /** Answers with this status and {@code {"error": "<sentence>"}}, and with the headers that the response has already. */
    static void give(RoutingContext context, int status, String sentence) {
        var request = context.request();
        var headers = context.response().headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
        headers.set(RequestId.HEADER, RequestId.from(request.getHeader(RequestId.HEADER)));
        boolean isOfTables = RestFailureMapper.isOfTables(String.valueOf(request.path()));
        var body = (isOfTables ? RestFailureMapper.json(status, sentence) : new JsonObject().put("error", sentence))
                .toBuffer();
        if (request.version() == HttpVersion.HTTP_2) {
            // The connection has the requests of others on it; they stay.
            context.response().setStatusCode(status).end(body).onComplete(done -> context.response().reset());
            return;
        }
        var response = response(status, body);
        headers.forEach(header -> response.headers().add(header.getKey(), header.getValue()));
        write(((ConnectionBase) request.connection()).channel(), response, request.isEnded());
    }

    private static FullHttpResponse response(int status, Buffer body) {
        ByteBuf bytes = Unpooled.wrappedBuffer(body.getBytes());
        var response = new DefaultFullHttpResponse(io.netty.handler.codec.http.HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(status), bytes);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length());
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return response;
    }

    /** Past Vert.x, which would begin with the next request as soon as it has answered this one. */
    private static void write(Channel channel, FullHttpResponse response, boolean isWhole) {
        channel.pipeline().addBefore(LAST, NAME, new LastAnswer());
        channel.config().setAutoRead(true);
        channel.writeAndFlush(response).addListener(written -> {
            if (isWhole) {
                channel.close();
            }
        });
        channel.eventLoop().schedule(() -> channel.close(), LINGER_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
        if (message instanceof LastHttpContent) {
            context.close();
        }
    }
}

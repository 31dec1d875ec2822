package dev.together.http;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.eclipse.microprofile.config.ConfigProvider;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.impl.VertxHandler;
import io.vertx.core.spi.VertxServiceProvider;

/**
 * Answers what is too long or too strange to be read as a request like every other failure, in words and for pages of other
 * origins, and ends its connection.
 *
 * <p>
 * Vert.x takes this answer from whoever starts a server, which is Quarkus; so it is given to each connection before its first
 * bytes are read. Listed in {@code META-INF/services}.
 */
public class UnreadableRequests extends JDKTransport implements VertxServiceProvider {

    private static final String LAST = "handler";
    private static final String ORIGINS = "quarkus.http.cors.origins";
    private static final String ANY = "*";
    private static final int LINGER_SECONDS = 1;

    @Override
    public void init(VertxBuilder builder) {
        if (builder.findTransport() instanceof JDKTransport) {
            builder.findTransport(this);
        }
    }

    @Override
    public void configure(NetServerOptions options, boolean isDomainSocket, ServerBootstrap server) {
        super.configure(options, isDomainSocket, server);
        server.handler(new Accepted());
    }

    private static void answer(HttpServerRequest request) {
        var response = request.response();
        var cause = request.decoderResult().cause();
        if (isOpen()) {
            response.putHeader(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
        }
        if (cause instanceof TooLongHttpLineException) {
            end(request, 414, "The first line of the request is too long");
        } else if (cause instanceof TooLongHttpHeaderException) {
            end(request, 431, "The headers of the request are too long");
        } else {
            end(request, 400, "The request is no HTTP");
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits until it is closed
    private static void end(HttpServerRequest request, int status, String sentence) {
        request.response().setStatusCode(status)
                .putHeader(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .putHeader(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                .end(new JsonObject().put("error", sentence).encode());
        // Nothing more is read from such a connection; its client may still be sending.
        var channel = ((HttpServerConnection) request.connection()).channel();
        channel.eventLoop().schedule(() -> channel.close(), LINGER_SECONDS, TimeUnit.SECONDS);
    }

    private static boolean isOpen() {
        return ConfigProvider.getConfig().getOptionalValues(ORIGINS, String.class).orElse(List.of()).contains(ANY);
    }

    /** Sees each connection that a server accepts, before the server does. */
    private static class Accepted extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object connection) {
            ((Channel) connection).pipeline().addLast(new FirstBytes());
            context.fireChannelRead(connection);
        }
    }

    /** Waits until Vert.x has its part of the connection in place. */
    private static class FirstBytes extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            if (context.pipeline().get(LAST) instanceof VertxHandler<?> last
                    && last.getConnection() instanceof HttpServerConnection connection) {
                connection.invalidRequestHandler(UnreadableRequests::answer);
                context.pipeline().remove(this);
            }
            context.fireChannelRead(bytes);
        }
    }
}

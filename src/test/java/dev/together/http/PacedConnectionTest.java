package dev.together.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;

class PacedConnectionTest {

    private final RequestBudget budget = new RequestBudget(1_000_000, Duration.ofMinutes(1), Clock.systemUTC());
    private final EmbeddedChannel channel = new EmbeddedChannel(new PacedConnection(budget));

    @Test
    void the_next_request_is_taken_when_the_answer_before_it_is() {
        answer();

        channel.writeInbound(request("/1"), request("/2"), request("/3"));

        assertThat(nextPath()).isEqualTo("/1");
        assertThat(nextPath()).isNull();
        assertThat(channel.config().isAutoRead()).isFalse();
        answer();
        assertThat(nextPath()).isEqualTo("/2");
        assertThat(nextPath()).isNull();
        answer();
        assertThat(nextPath()).isEqualTo("/3");
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void a_hundred_requests_that_wait_are_taken_and_more_close_the_connection() {
        for (int sent = 0; sent < 100; sent++) {
            channel.writeInbound(request("/"));
        }
        assertThat(channel.isOpen()).isTrue();

        channel.writeInbound(request("/"));

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void nothing_is_taken_while_nothing_can_be_written() {
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 2));
        var pong = channel.newPromise();
        var unused = channel.write(new PongWebSocketFrame(text("12345")), pong);
        channel.runPendingTasks();
        assertThat(channel.isWritable()).isFalse();

        channel.writeInbound(new PingWebSocketFrame(text("a")));

        assertThat(channel.<Object> readInbound()).isNull();
        assertThat(channel.config().isAutoRead()).isFalse();
        channel.flush();
        channel.runPendingTasks();
        assertThat(channel.<Object> readInbound()).isInstanceOf(PingWebSocketFrame.class);
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    private void answer() {
        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
        channel.runPendingTasks();
    }

    private @Nullable String nextPath() {
        HttpRequest next = channel.readInbound();
        return next == null ? null : next.uri();
    }

    private static DefaultFullHttpRequest request(String path) {
        return new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }
}

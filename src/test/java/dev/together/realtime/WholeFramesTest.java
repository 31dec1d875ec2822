package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.http.RequestBudget;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

class WholeFramesTest {

    private static final int LIMIT = 200_000;
    private static final int MOST = 1_000_000;
    /** Two messages that are not whole fit in half of it. */
    private static final int BUDGET = 1_100_000;
    private static final byte[] MASK = { 0x12, 0x34, 0x56, 0x78 };
    private static final int TEXT = 1;
    private static final int PING = 9;
    private static final String CROWDED = "\u00fd";

    private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false);
    private final RequestBudget budget = new RequestBudget(BUDGET, Duration.ofMinutes(1), Clock.systemUTC());
    private final EmbeddedChannel channel = channel();

    @AfterEach
    void nothingIsLeft() {
        channel.finishAndReleaseAll();
        assertThat(memory.metric().usedHeapMemory()).isZero();
        assertThat(budget.take(BUDGET)).as("all is given back").isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 7, 1_000, 65_536, 65_537, 1_000_000 })
    void frames_of_every_size_come_through_however_they_are_cut(int cut) {
        var sizes = cut < 1_000 ? List.of(0, 1, 125, 126, 127, 3_000)
                : List.of(0, 1, 125, 126, 65_535, 65_536, 65_537, 131_072,
                        131_073, 199_999, 200_000);
        for (int size : sizes) {
            send(frame(TEXT, true, text(size)), cut);

            assertThat(received()).as("of " + size).containsExactly(text(size));
        }
    }

    @Test
    void fragments_are_one_frame_and_a_ping_between_them_comes_first() {
        send(frame(TEXT, false, text(70_000)), 10_000);
        send(frame(PING, true, "ping"), 10);
        send(frame(0, true, "end"), 10);

        assertThat(received()).containsExactly("ping", text(70_000) + "end");
    }

    @Test
    void of_a_frame_that_is_too_large_only_its_head_is_left() {
        send(frame(TEXT, true, "[\"1\",\"7\",\"realtime:x\",\"broadcast\",\"" + text(LIMIT) + "\"]"), 9_999);
        send(frame(TEXT, true, "{\"payload\":{\"ref\":\"no\",\"x\":\"" + text(LIMIT)
                + "\\\",\\\"ref\\\":\\\"no\"},\"ref\":\"7\",\"topic\":\"realtime:\\u0078\",\"event\":\"broadcast\"}"), 9_999);
        send(frame(TEXT, true, "next"), 3);

        assertThat(received()).containsExactly("\u00ff[\"1\",\"7\",\"realtime:x\",\"broadcast\"]",
                "\u00ff[null,\"7\",\"realtime:\\u0078\",\"broadcast\"]", "next");
    }

    @Test
    void a_frame_that_is_too_large_is_read_away_and_not_collected() {
        var large = frame(TEXT, true, text(MOST));
        for (int at = 0; at + 4_096 < large.length; at += 4_096) {
            channel.writeInbound(Unpooled.wrappedBuffer(large, at, 4_096));

            assertThat(memory.metric().usedHeapMemory()).isLessThan(3 * LIMIT);
        }
        assertThat(memory.metric().usedHeapMemory()).isLessThan(10_000);
    }

    @Test
    void a_frame_above_the_most_ends_the_connection_and_nothing_more_is_taken() {
        send(frame(TEXT, true, text(MOST + 1)), 65_536);
        send(frame(TEXT, true, "next"), 100);
        send(frame(PING, true, "ping"), 100);

        assertThat(received()).containsExactly("\u00fe", "ping");
    }

    @Test
    void of_a_frame_that_is_not_whole_the_decoder_keeps_nothing() {
        var decoder = new EmbeddedChannel(new FrameSplitter(), new WebSocket13FrameDecoder(true, false, 70_000));
        decoder.config().setAllocator(memory);
        var almost = frame(TEXT, true, text(60_000));

        decoder.writeInbound(Unpooled.wrappedBuffer(almost, 0, almost.length - 1));

        int received = 0;
        for (WebSocketFrame part = decoder.readInbound(); part != null; part = decoder.readInbound()) {
            received += part.content().readableBytes();
            part.release();
        }
        assertThat(received).isEqualTo(60_000 - 1);
        assertThat(memory.metric().usedHeapMemory()).isZero();
    }

    @Test
    void who_is_the_longest_without_an_end_is_cut_where_memory_is_short_and_others_go_on() {
        var second = channel();
        var third = channel();

        send(channel, frame(TEXT, false, text(150_000)), 60_000);
        send(second, frame(TEXT, false, text(150_000)), 60_000);
        assertThat(received()).isEmpty();
        send(third, frame(TEXT, false, text(150_000)), 60_000);

        assertThat(received()).containsExactly(CROWDED);
        send(frame(0, true, "more of it"), 60_000);
        assertThat(received()).isEmpty();
        for (var other : List.of(second, third)) {
            send(other, frame(0, true, "end"), 60_000);
            assertThat(received(other)).containsExactly(text(150_000) + "end");
            other.finishAndReleaseAll();
        }
    }

    @Test
    void who_alone_wants_more_than_there_is_ends_itself() {
        assertThat(budget.take(BUDGET - 100_000)).isTrue();

        send(frame(TEXT, false, text(90_000)), 60_000);

        assertThat(received()).containsExactly(CROWDED);
        send(frame(0, true, "end"), 60_000);
        assertThat(received()).isEmpty();
        budget.free(BUDGET - 100_000);
    }

    @Test
    void a_ping_that_is_not_whole_keeps_nothing_of_what_came_with_it() {
        var bytes = memory.heapBuffer(65_536);
        bytes.writeBytes(frame(TEXT, true, text(60_000))).writeBytes(frame(PING, true, "ping"), 0, 9);

        channel.writeInbound(bytes);

        assertThat(received()).containsExactly(text(60_000));
        assertThat(memory.metric().usedHeapMemory()).isLessThan(1_000);
    }

    @Test
    void the_same_holds_for_any_mix() {
        var random = new Random(7);
        for (int round = 0; round < 200; round++) {
            var expected = new ArrayList<String>();
            var bytes = new ByteArrayOutputStream();
            for (int message = 0; message < 5; message++) {
                var text = text(random.nextInt(random.nextBoolean() ? 300 : LIMIT));
                int middle = random.nextInt(text.length() + 1);
                bytes.writeBytes(frame(TEXT, false, text.substring(0, middle)));
                bytes.writeBytes(frame(0, true, text.substring(middle)));
                expected.add(text);
            }
            send(bytes.toByteArray(), 1 + random.nextInt(100_000));

            assertThat(received()).isEqualTo(expected);
        }
    }

    private EmbeddedChannel channel() {
        var channel = new EmbeddedChannel();
        channel.config().setAllocator(memory);
        channel.pipeline().addLast(new FrameSplitter(), new WebSocket13FrameDecoder(true, false, 70_000),
                new WholeFrames(LIMIT, MOST, budget));
        return channel;
    }

    private void send(byte[] bytes, int cut) {
        send(channel, bytes, cut);
    }

    private static void send(EmbeddedChannel channel, byte[] bytes, int cut) {
        for (int at = 0; at < bytes.length; at += cut) {
            channel.writeInbound(Unpooled.wrappedBuffer(bytes, at, Math.min(cut, bytes.length - at)));
        }
    }

    private List<String> received() {
        return received(channel);
    }

    private static List<String> received(EmbeddedChannel channel) {
        var received = new ArrayList<String>();
        for (WebSocketFrame frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
            assertThat(frame.isFinalFragment() || frame instanceof PingWebSocketFrame).isTrue();
            received.add(frame.content().toString(StandardCharsets.ISO_8859_1));
            frame.release();
        }
        return received;
    }

    private static String text(int size) {
        var text = new StringBuilder(size);
        for (int at = 0; at < size; at++) {
            text.append((char) ('a' + at % 23));
        }
        return text.toString();
    }

    private static byte[] frame(int opcode, boolean isFinal, String text) {
        var payload = text.getBytes(StandardCharsets.ISO_8859_1);
        var frame = new ByteArrayOutputStream();
        frame.write((isFinal ? 0x80 : 0) | opcode);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length < 65_536) {
            frame.write(0x80 | 126);
            frame.writeBytes(ByteBuffer.allocate(2).putShort((short) payload.length).array());
        } else {
            frame.write(0x80 | 127);
            frame.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
        }
        frame.writeBytes(MASK);
        for (int at = 0; at < payload.length; at++) {
            frame.write(payload[at] ^ MASK[at % 4]);
        }
        return frame.toByteArray();
    }
}

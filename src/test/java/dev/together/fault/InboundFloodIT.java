package dev.together.fault;

import static dev.together.testing.RawSocket.CONTINUATION;
import static dev.together.testing.RawSocket.FIN;
import static dev.together.testing.RawSocket.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.together.testing.OneProcess;
import dev.together.testing.Person;
import dev.together.testing.RawSocket;

/** Websockets that bring more than anybody means, with the key that everybody has, into a heap of 256 MB. */
class InboundFloodIT {

    private static final int LARGE = 250_000;
    /** Together more than the whole heap. */
    private static final int MANY = 1_400;
    private static final int SOME = 20;
    private static final int FRAMES = 20_000;
    private static final int TOO_MANY_FRAMES = 1008;
    private static final int TRY_AGAIN_LATER = 1013;
    private static final int LOST = 1006;

    @RegisterExtension
    private static final OneProcess TOGETHER = new OneProcess();

    private final List<RawSocket> flood = new ArrayList<>();

    @AfterEach
    void end_the_flood() {
        flood.forEach(RawSocket::close);
    }

    @Test
    void messages_that_are_never_whole_do_not_fill_the_memory() {
        var fragment = frame(TEXT, LARGE, LARGE);

        var sockets = opens(MANY);
        sockets.forEach(socket -> socket.sendBytes(fragment));

        assertOthersAreServed();
        assertThat(sockets.get(0).isClosed()).isEqualTo(TRY_AGAIN_LATER);
    }

    @Test
    void frames_that_are_never_whole_do_not_fill_the_memory() {
        var half = frame(FIN | TEXT, LARGE, LARGE - 1);

        var sockets = opens(MANY);
        sockets.forEach(socket -> socket.sendBytes(half));

        assertOthersAreServed();
        assertThat(sockets.get(0).isClosed()).isEqualTo(TRY_AGAIN_LATER);
    }

    @Test
    void many_small_frames_end_their_connection_alone() {
        var frames = repeated(frame(FIN | TEXT, 2, 2), FRAMES);

        var sockets = opens(SOME);
        sockets.forEach(socket -> socket.sendBytes(frames));

        assertOthersAreServed();
        assertThat(sockets).allSatisfy(socket -> assertThat(socket.isClosed()).isIn(TOO_MANY_FRAMES, LOST));
    }

    @Test
    void empty_fragments_without_end_are_nobody_elses_trouble() {
        var fragments = repeated(frame(CONTINUATION, 0, 0), FRAMES);

        for (var socket : opens(SOME)) {
            socket.sendBytes(frame(TEXT, 1, 1));
            socket.sendBytes(fragments);
        }

        assertOthersAreServed();
    }

    @Test
    void a_long_message_in_small_fragments_still_arrives_whole() {
        try (var socket = RawSocket.open(TOGETHER.url(), "2.0.0")) {
            socket.send(TEXT, "[null,\"1\",\"phoenix\",\"heartbeat\",{\"a\":\"");
            for (int part = 0; part < 500; part++) {
                socket.send(CONTINUATION, "x".repeat(400));
            }
            socket.send(FIN | CONTINUATION, "\"}]");

            assertThat(socket.read()).isNotNull().satisfies(frame -> assertThat(frame.text()).contains("phx_reply"));
        }
    }

    private static void assertOthersAreServed() {
        try (var alice = new Person(TOGETHER.url()); var bob = new Person(TOGETHER.url())) {
            var wire = bob.online();
            var chat = alice.opensWith(bob);
            var saved = alice.says(chat, "Hello");

            assertThat(wire.hears("message-insert").content().getJsonObject("message")).isEqualTo(saved);
        }
        assertThat(TOGETHER.process().log()).noneMatch(line -> line.contains("OutOfMemoryError"));
        assertThat(TOGETHER.process().isReady()).isTrue();
    }

    private List<RawSocket> opens(int count) {
        var opened = Stream.generate(() -> RawSocket.open(TOGETHER.url(), "2.0.0")).limit(count).toList();
        flood.addAll(opened);
        return opened;
    }

    /** A frame that says it has so many bytes and brings so many; masked with zeros. */
    private static byte[] frame(int firstByte, int size, int brought) {
        var head = ByteBuffer.allocate(14 + brought).put((byte) firstByte);
        if (size < 126) {
            head.put((byte) (0x80 | size));
        } else {
            head.put((byte) (0x80 | 127)).putLong(size);
        }
        head.putInt(0);
        for (int at = 0; at < brought; at++) {
            head.put((byte) 'x');
        }
        return Arrays.copyOf(head.array(), head.position());
    }

    private static byte[] repeated(byte[] frame, int times) {
        var all = ByteBuffer.allocate(frame.length * times);
        for (int at = 0; at < times; at++) {
            all.put(frame);
        }
        return all.array();
    }
}

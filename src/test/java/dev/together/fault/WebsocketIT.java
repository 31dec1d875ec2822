package dev.together.fault;

import static dev.together.testing.RawSocket.BINARY;
import static dev.together.testing.RawSocket.CLOSE;
import static dev.together.testing.RawSocket.CONTINUATION;
import static dev.together.testing.RawSocket.FIN;
import static dev.together.testing.RawSocket.PING;
import static dev.together.testing.RawSocket.PONG;
import static dev.together.testing.RawSocket.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.testing.OneProcess;
import dev.together.testing.RawSocket;

/** RFC 6455 at its edges: the cases of the Autobahn suite that matter, with the protocol's heartbeat as the echo. */
class WebsocketIT {

    private static final String HEARTBEAT = "[null,\"1\",\"phoenix\",\"heartbeat\",{}]";
    /** Vert.x ends the connection without a close frame. */
    private static final int DROPPED = 1006;

    @RegisterExtension
    private static final OneProcess TOGETHER = new OneProcess();

    @Test
    void a_ping_is_answered_with_its_payload() {
        try (var socket = open()) {
            for (var payload : new String[] { "", "Hello", "x".repeat(125) }) {
                socket.send(FIN | PING, payload);

                var answer = next(socket);
                assertThat(answer.opcode()).isEqualTo(PONG);
                assertThat(answer.text()).isEqualTo(payload);
            }
        }
    }

    @Test
    void a_pong_that_nobody_asked_for_is_ignored() {
        try (var socket = open()) {
            socket.send(FIN | PONG, "unasked");

            assertAlive(socket);
        }
    }

    @Test
    void a_message_in_fragments_is_one_message() {
        try (var socket = open()) {
            socket.send(TEXT, HEARTBEAT.substring(0, 5));
            socket.send(CONTINUATION, "");
            for (var letter : HEARTBEAT.substring(5).split("", -1)) {
                socket.send(CONTINUATION, letter);
            }
            socket.send(FIN | CONTINUATION, "");

            assertThat(next(socket).text()).contains("phx_reply");
        }
    }

    @Test
    void a_ping_between_fragments_is_answered_before_the_message() {
        try (var socket = open()) {
            socket.send(TEXT, HEARTBEAT.substring(0, 5));
            socket.send(FIN | PING, "between");
            socket.send(FIN | CONTINUATION, HEARTBEAT.substring(5));

            assertThat(next(socket).opcode()).isEqualTo(PONG);
            assertThat(next(socket).text()).contains("phx_reply");
        }
    }

    @Test
    void bytes_that_come_one_by_one_are_one_frame() {
        try (var socket = open()) {
            var frame = new byte[] { (byte) (FIN | PING), (byte) 0x81, 0, 0, 0, 0, 'x' };
            for (var one : frame) {
                socket.sendBytes(new byte[] { one });
            }

            assertThat(next(socket).text()).isEqualTo("x");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 })
    void an_opcode_that_means_nothing_ends_the_connection(int opcode) {
        assertClosed(DROPPED, socket -> socket.send(FIN | opcode, "x"));
    }

    @ParameterizedTest
    @ValueSource(ints = { 0x40, 0x20, 0x10, 0x70 })
    void reserved_bits_end_the_connection(int bits) {
        assertClosed(DROPPED, socket -> socket.send(FIN | bits | TEXT, HEARTBEAT));
    }

    @Test
    void text_that_is_no_utf8_ends_the_connection() {
        assertClosed(DROPPED, socket -> socket.send(FIN | TEXT, new byte[] { '"', (byte) 0xff, '"' }));
        assertClosed(DROPPED, socket -> {
            socket.send(TEXT, new byte[] { '"', (byte) 0xce });
            socket.send(FIN | CONTINUATION, new byte[] { (byte) 0xff, '"' });
        });
    }

    @Test
    void fragments_that_are_too_much_together_are_dropped() {
        try (var socket = open()) {
            socket.send(TEXT, "x".repeat(60_000));
            for (int part = 0; part < 5; part++) {
                socket.send(CONTINUATION, "x".repeat(60_000));
            }
            socket.send(FIN | CONTINUATION, "");

            assertAlive(socket);
        }
    }

    @Test
    void a_control_frame_that_is_too_long_ends_the_connection() {
        assertClosed(DROPPED, socket -> socket.send(FIN | PING, "x".repeat(126)));
    }

    @Test
    void a_control_frame_in_fragments_ends_the_connection() {
        assertClosed(DROPPED, socket -> socket.send(PING, "x"));
    }

    @Test
    void a_continuation_of_nothing_ends_the_connection() {
        assertClosed(DROPPED, socket -> socket.send(FIN | CONTINUATION, "x"));
    }

    @Test
    void a_message_within_a_message_ends_the_connection() {
        assertClosed(DROPPED, socket -> {
            socket.send(TEXT, "[");
            socket.send(FIN | TEXT, HEARTBEAT);
        });
    }

    @Test
    void an_unmasked_frame_ends_the_connection() {
        assertClosed(DROPPED, socket -> socket.sendUnmasked(FIN | TEXT, HEARTBEAT.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void a_letter_cut_by_a_fragment_is_whole_again() {
        var letter = "é".getBytes(StandardCharsets.UTF_8);
        try (var socket = open()) {
            socket.send(TEXT, new byte[] { '"', letter[0] });
            socket.send(FIN | CONTINUATION, new byte[] { letter[1], '"' });

            assertAlive(socket);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 1000, 1001, 1003, 1007, 1011, 3000, 4999 })
    void a_close_is_answered_with_its_code(int code) {
        assertClosed(code, socket -> socket.send(FIN | CLOSE, code(code)));
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 999, 1004, 1005, 1006, 1015, 2999 })
    void a_close_with_a_code_that_is_none_is_an_error(int code) {
        assertClosed(DROPPED, socket -> socket.send(FIN | CLOSE, code(code)));
    }

    @Test
    void a_close_with_half_a_code_is_an_error() {
        assertClosed(DROPPED, socket -> socket.send(FIN | CLOSE, new byte[] { 3 }));
    }

    @Test
    void a_frame_that_is_too_large_is_dropped() {
        try (var socket = open()) {
            socket.send(FIN | TEXT, "x".repeat(300_000));

            assertAlive(socket);
        }
    }

    @Test
    void a_frame_above_three_million_bytes_ends_the_connection() {
        assertClosed(1009, socket -> socket.send(FIN | TEXT, "x".repeat(3_000_001)));
    }

    @Test
    void fragments_above_three_million_bytes_together_end_the_connection() {
        assertClosed(1009, socket -> {
            socket.send(TEXT, "x".repeat(1_500_000));
            socket.send(CONTINUATION, "x".repeat(1_500_001));
        });
    }

    @Test
    void binary_on_a_version_without_it_changes_nothing() {
        try (var socket = RawSocket.open(TOGETHER.url(), "1.0.0")) {
            socket.send(FIN | BINARY, new byte[] { 3, 1, 1, 1 });
            socket.sendText("{\"topic\":\"phoenix\",\"event\":\"heartbeat\",\"payload\":{},\"ref\":\"1\"}");

            assertThat(next(socket).text()).contains("phx_reply");
        }
    }

    private interface Sending {

        void to(RawSocket socket);
    }

    private static void assertClosed(int code, Sending sending) {
        try (var socket = open()) {
            sending.to(socket);

            assertThat(socket.isClosed()).isEqualTo(code);
        }
    }

    private static void assertAlive(RawSocket socket) {
        socket.sendText(HEARTBEAT);
        assertThat(next(socket).text()).contains("phx_reply");
    }

    private static byte[] code(int code) {
        return ByteBuffer.allocate(2).putShort((short) code).array();
    }

    private static RawSocket.Frame next(RawSocket socket) {
        return Objects.requireNonNull(socket.read(), "The server has closed the connection");
    }

    private static RawSocket open() {
        return RawSocket.open(TOGETHER.url(), "2.0.0");
    }
}

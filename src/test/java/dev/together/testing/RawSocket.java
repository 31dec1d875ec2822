package dev.together.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/** A websocket byte by byte: what no well-behaved client sends, and a client that reads when it likes. */
public class RawSocket implements AutoCloseable {

    public static final int FIN = 0x80;
    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    private static final int MASKED = 0x80;
    private static final byte[] MASK = { 0x12, 0x34, 0x56, 0x78 };
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    private RawSocket(URI server, String vsn, int receiveBuffer) throws IOException {
        socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new java.net.InetSocketAddress(server.getHost(), server.getPort()));
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        upgrade(vsn);
    }

    /** A frame from the server; never compared. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Frame(int opcode, byte[] payload) {

        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        /** The code of a close frame; 1005 where it has none. */
        public int closeCode() {
            return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort();
        }
    }

    public static RawSocket open(URI server, String vsn) {
        return open(server, vsn, 0);
    }

    /** Opens a websocket whose receive buffer has so many bytes, so that a client that does not read is soon noticed. */
    public static RawSocket open(URI server, String vsn, int receiveBuffer) {
        try {
            return new RawSocket(server, vsn, receiveBuffer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends one frame, masked as a client must. */
    public void send(int firstByte, byte[] payload) {
        var frame = header(firstByte, MASKED, payload.length);
        frame.writeBytes(MASK);
        for (int at = 0; at < payload.length; at++) {
            frame.write(payload[at] ^ MASK[at % MASK.length]);
        }
        sendBytes(frame.toByteArray());
    }

    public void send(int firstByte, String payload) {
        send(firstByte, payload.getBytes(StandardCharsets.UTF_8));
    }

    public void sendText(String text) {
        send(FIN | TEXT, text);
    }

    /** Sends one frame as only a server may. */
    public void sendUnmasked(int firstByte, byte[] payload) {
        var frame = header(firstByte, 0, payload.length);
        frame.writeBytes(payload);
        sendBytes(frame.toByteArray());
    }

    /** Sends anything. A server that has closed already is no failure: what it says is read. */
    public void sendBytes(byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
        } catch (SocketException e) {
            // Closed by the server.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next frame; null when the server has closed the connection. */
    public @Nullable Frame read() {
        try {
            int opcode = in.readUnsignedByte() & 0x0f;
            int length = in.readUnsignedByte();
            long size = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
            var payload = new byte[(int) size];
            in.readFully(payload);
            return new Frame(opcode, payload);
        } catch (EOFException | SocketException e) {
            return null;
        } catch (SocketTimeoutException e) {
            throw new AssertionError("The server said nothing within " + PATIENCE, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The code that the server closes with; 1006 where it says none. */
    public int isClosed() {
        for (var frame = read(); frame != null; frame = read()) {
            if (frame.opcode() == CLOSE) {
                return frame.closeCode();
            }
        }
        return 1006;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ByteArrayOutputStream header(int firstByte, int mask, int length) {
        var frame = new ByteArrayOutputStream();
        frame.write(firstByte);
        if (length < 126) {
            frame.write(mask | length);
        } else if (length < 1 << 16) {
            frame.write(mask | 126);
            frame.writeBytes(ByteBuffer.allocate(2).putShort((short) length).array());
        } else {
            frame.write(mask | 127);
            frame.writeBytes(ByteBuffer.allocate(8).putLong(length).array());
        }
        return frame;
    }

    private void upgrade(String vsn) throws IOException {
        out.write(("GET /realtime/v1/websocket?apikey=" + TestTokens.anon() + "&vsn=" + vsn + " HTTP/1.1\r\n"
                + "Host: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        if (!head.toString().startsWith("HTTP/1.1 101")) {
            throw new IOException("Not upgraded: " + head);
        }
    }
}

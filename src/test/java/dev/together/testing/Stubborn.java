package dev.together.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;

/** A connection, byte by byte, of a client that sends and never reads. */
public class Stubborn implements AutoCloseable {

    private static final int SMALL = 16_384;

    private final Socket socket = new Socket();

    public Stubborn(URI server) {
        try {
            socket.setReceiveBufferSize(SMALL);
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends bytes once; a server that has closed already is no failure. */
    public void send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            // Closed by the server.
        }
    }

    /** Sends them again and again on a thread of its own, until it is closed; gives how many bytes went out so far. */
    public AtomicLong repeat(byte[] bytes) {
        var sent = new AtomicLong();
        var thread = new Thread(() -> {
            try {
                while (true) {
                    socket.getOutputStream().write(bytes);
                    sent.addAndGet(bytes.length);
                }
            } catch (IOException e) {
                // Closed by one of the two.
            }
        }, "stubborn");
        thread.setDaemon(true);
        thread.start();
        return sent;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.together.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** HTTP byte by byte: what no well-behaved client sends. */
public class RawHttp {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern ANSWER = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");
    private static final int ENOUGH = 2;

    private RawHttp() {
    }

    /** What came back on one connection. */
    public record Answers(String text, boolean isClosed) {

        /** The statuses, one an answer. */
        public List<Integer> statuses() {
            return ANSWER.matcher(text).results().map(found -> Integer.valueOf(found.group(1))).toList();
        }

        /** The last value of a header; empty where there is none. */
        public String header(String name) {
            return Arrays.stream(text.split("\r\n"))
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip()).reduce("", (before, last) -> last);
        }
    }

    /** Sends this and reads until the server closes the connection, gives a second answer, or says nothing for long. */
    public static Answers send(URI server, String bytes) {
        try (var socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            return read(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends this and reads the head of the one answer. */
    public static Answers head(URI server, String bytes) {
        try (var socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            var head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    return new Answers(head.toString(StandardCharsets.ISO_8859_1), true);
                }
                head.write(next);
            }
            return new Answers(head.toString(StandardCharsets.ISO_8859_1), false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answers read(Socket socket) throws IOException {
        var read = new ByteArrayOutputStream();
        var part = new byte[8_192];
        try {
            while (ANSWER.matcher(read.toString(StandardCharsets.ISO_8859_1)).results().count() < ENOUGH) {
                int length = socket.getInputStream().read(part);
                if (length < 0) {
                    return new Answers(read.toString(StandardCharsets.ISO_8859_1), true);
                }
                read.write(part, 0, length);
            }
        } catch (SocketTimeoutException e) {
            // It stays open.
        } catch (SocketException e) {
            return new Answers(read.toString(StandardCharsets.ISO_8859_1), true);
        }
        return new Answers(read.toString(StandardCharsets.ISO_8859_1), false);
    }
}

package dev.together.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A real {@code nats-server} on a port of its own, which can be killed, started again, and paused. */
public class NatsServer implements AutoCloseable {

    private static final Duration STARTS_WITHIN = Duration.ofSeconds(10);

    private final Path program;
    private final List<String> arguments;
    private final int port = TestProcess.freePort();
    private TestProcess process;

    private NatsServer(Path program, List<String> arguments) {
        this.program = program;
        this.arguments = arguments;
        this.process = begin();
    }

    /** Starts one. */
    public static NatsServer start(String... arguments) {
        return new NatsServer(Program.NATS_SERVER.path(), List.of(arguments));
    }

    public String url() {
        return "nats://127.0.0.1:" + port;
    }

    /** Ends it without a word to it. */
    public void kill() {
        process.kill();
    }

    /** Starts it again on its port, after {@link #kill}. */
    public void startAgain() {
        process = begin();
    }

    /** Lets it stand still, connections open. */
    public void pause() {
        process.pause();
    }

    public void resume() {
        process.resume();
    }

    @Override
    public void close() {
        process.close();
    }

    private TestProcess begin() {
        var command = new ArrayList<>(List.of(program.toString(), "--addr", "127.0.0.1", "--port", String.valueOf(port)));
        command.addAll(arguments);
        var started = TestProcess.start(command, Map.of(), TestProcess.log("nats-" + port));
        started.startsWithin(STARTS_WITHIN, this::answers);
        return started;
    }

    private boolean answers() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}

package dev.together.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A process that listens on a port of this machine. It ends with the benchmark. */
class Server implements AutoCloseable {

    private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final long ENDS_WITHIN_SECONDS = 20;

    final int port;
    private final Process process;
    private final Thread ending;

    private Server(Process process, int port) {
        this.process = process;
        this.port = port;
        this.ending = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(ending);
    }

    /** Starts the command in a folder, where what it prints is kept, and waits until it listens. */
    static Server start(List<String> command, Map<String, String> environment, int port, Path folder, String name)
            throws IOException {
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().putAll(environment);
        var server = new Server(builder.start(), port);
        server.awaitListening(name);
        return server;
    }

    Cpu cpu() {
        return new Cpu(process.pid());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(ending);
    }

    private void awaitListening(String name) throws IOException {
        var end = Instant.now().plus(STARTS_WITHIN);
        while (!isListening()) {
            if (!process.isAlive() || Instant.now().isAfter(end)) {
                close();
                throw new IOException(name + " did not start; see its log");
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    private boolean isListening() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}

package dev.together.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

/** A process of the operating system that a test starts, stops, kills and pauses. Its output goes to a file. */
public class TestProcess implements AutoCloseable {

    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final Set<Integer> GIVEN_AWAY = ConcurrentHashMap.newKeySet();

    private final Process process;

    private TestProcess(Process process) {
        this.process = process;
    }

    static TestProcess start(List<String> command, Map<String, String> environment, Path log) {
        var builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            return new TestProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it does; fails after a while, or when the process has ended before. */
    void startsWithin(Duration limit, BooleanSupplier isReady) {
        waitUntil(limit, () -> {
            if (!process.isAlive()) {
                throw new AssertionError("The process has ended with " + process.exitValue() + " before it was ready");
            }
            return isReady.getAsBoolean();
        });
    }

    /** Ends it without a word to it. */
    void kill() {
        process.destroyForcibly();
        waitForEnd(Duration.ofSeconds(30));
    }

    /** Asks it to end. */
    void terminate() {
        process.destroy();
    }

    /** Gives its exit code. */
    @CanIgnoreReturnValue
    int waitForEnd(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("The process did not end within " + limit);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Lets it stand still, connections open. */
    void pause() {
        Signals.sendTo("STOP", process.toHandle());
    }

    void resume() {
        Signals.sendTo("CONT", process.toHandle());
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Looks until it is so; fails after a while. */
    public static void waitUntil(Duration limit, BooleanSupplier isSo) {
        long end = System.nanoTime() + limit.toNanos();
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("It did not happen within " + limit);
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    /** A port that nobody listens to now, and that was not given away before: the system gives the same one twice at times. */
    public static int freePort() {
        while (true) {
            try (var socket = new ServerSocket(0)) {
                if (GIVEN_AWAY.add(socket.getLocalPort())) {
                    return socket.getLocalPort();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Where a process of this name writes what it says; nothing is there yet. */
    static Path log(String name) {
        var folder = new File("target/processes");
        if (!folder.isDirectory() && !folder.mkdirs()) {
            throw new IllegalStateException("There is no " + folder);
        }
        var file = folder.toPath().resolve(name + ".log");
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }
}

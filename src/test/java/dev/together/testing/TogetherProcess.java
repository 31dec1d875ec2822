package dev.together.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged application in a process of its own, which can be killed, paused, and started again at the same address. */
public class TogetherProcess implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(90);
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(60);
    private static final Path FOLDER = Path.of(System.getProperty("basedir", "."), "target");

    private final Map<String, String> environment;
    private final int port;
    private final File log;
    private Process process;

    private TogetherProcess(Map<String, String> environment) throws IOException {
        this.environment = environment;
        this.port = freePort();
        this.log = Files.createTempFile(FOLDER, "together-", ".log").toFile();
        this.process = launch();
    }

    /** Starts the application with these variables added to the environment; returns when it is ready. */
    public static TogetherProcess start(Map<String, String> environment) {
        try {
            var started = new TogetherProcess(environment);
            started.awaitReady();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it answers, such as {@code http://127.0.0.1:8081}. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Ends it at once, as {@code kill -9} does. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Asks it to end, as Kubernetes does, and waits until it has. */
    public void stop() {
        process.destroy();
        awaitEnd();
    }

    /** Starts it again after {@link #kill} or {@link #stop}; returns when it is ready. */
    public void restart() {
        try {
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitReady();
    }

    public void pause() {
        Signals.send("STOP", process.toHandle());
    }

    public void resume() {
        Signals.send("CONT", process.toHandle());
    }

    /** Every line that it has logged, through all its starts. */
    public List<String> log() {
        try {
            return Files.readAllLines(log.toPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }

    private Process launch() throws IOException {
        var jar = FOLDER.resolve("quarkus-app/quarkus-run.jar");
        var builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-jar",
                jar.toString());
        builder.environment().putAll(environment);
        builder.environment().put("QUARKUS_HTTP_HOST", "127.0.0.1");
        builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        var launched = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(launched::destroyForcibly));
        return launched;
    }

    private void awaitReady() {
        long end = System.nanoTime() + STARTS_WITHIN.toNanos();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IllegalStateException("It did not start: see " + log);
            }
        }
    }

    private boolean isReady() {
        var request = HttpRequest.newBuilder(url().resolve("/q/health/ready")).timeout(Duration.ofSeconds(2)).build();
        try {
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                return false;
            }
            return HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(STOPS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("It did not stop: see " + log);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}

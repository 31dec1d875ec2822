package dev.together.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

/**
 * The packaged application as a process of its own: the native executable where it was built, else {@code quarkus-run.jar}.
 * It needs {@code mvn package} before, so tests that use it are called {@code …IT}.
 */
public class TogetherProcess implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(3);
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);

    private final int port = TestProcess.freePort();
    private final int managementPort = TestProcess.freePort();
    private final Path log = TestProcess.log("together-" + port);
    private final Map<String, String> environment = new HashMap<>(Map.of(
            "QUARKUS_HTTP_HOST", "127.0.0.1",
            "QUARKUS_HTTP_PORT", String.valueOf(port),
            "QUARKUS_MANAGEMENT_HOST", "127.0.0.1",
            "QUARKUS_MANAGEMENT_PORT", String.valueOf(managementPort),
            "TOGETHER_JWT_SECRET", TestTokens.SECRET));
    private TestProcess process;

    /** @param more replaces what tests want otherwise: that people come and go as they like */
    private TogetherProcess(Map<String, String> more) {
        environment.put("TOGETHER_LIMITS_CHANGES_PER_SECOND", "500");
        environment.put("TOGETHER_LIMITS_REJOIN_AFTER", "0s");
        environment.putAll(more);
        process = launch();
    }

    /** Starts one on free ports, with these variables besides, and waits until it is ready. */
    public static TogetherProcess start(Map<String, String> environment) {
        var started = startUnready(environment);
        try {
            started.awaitReady();
            return started;
        } catch (AssertionError e) {
            started.close();
            throw e;
        }
    }

    /** Starts one on free ports; it may never be ready. */
    public static TogetherProcess startUnready(Map<String, String> environment) {
        return new TogetherProcess(environment);
    }

    /** These properties as variables, such as those of {@link TestDatabase#start}. */
    public static Map<String, String> environment(Map<String, String> properties) {
        var variables = new HashMap<String, String>();
        properties.forEach((name, value) -> variables.put(name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"), value));
        return variables;
    }

    /** Where the functions and the websocket are. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Whether it says that it can take requests. */
    public boolean isReady() {
        return health("ready") == 200;
    }

    /** Whether it says that it is connected to the broker. */
    public boolean isConnected() {
        return ask("ready").filter(answer -> answer.body().contains("\"broker\": \"connected\"")).isPresent();
    }

    /** The status of {@code /q/health/<what>}; 0 when nobody answers. */
    public int health(String what) {
        return ask(what).map(HttpResponse::statusCode).orElse(0);
    }

    private Optional<HttpResponse<String>> ask(String what) {
        var request = HttpRequest.newBuilder(management("/q/health/" + what)).timeout(Duration.ofSeconds(5)).build();
        try {
            return Optional.of(HTTP.send(request, BodyHandlers.ofString()));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** An address of the management interface. */
    public URI management(String path) {
        return URI.create("http://127.0.0.1:" + managementPort + path);
    }

    /** Ends it without a word to it. */
    public void kill() {
        process.kill();
    }

    /** Starts it again where it was, after {@link #kill} or {@link #stop}, and waits until it is ready. */
    public void restart() {
        process = launch();
        awaitReady();
    }

    /** Every line that it has logged, through all its starts. */
    public List<String> log() {
        try {
            return Files.readAllLines(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks it to end, and waits until it has; gives its exit code. */
    @CanIgnoreReturnValue
    public int stop() {
        terminate();
        return waitForEnd();
    }

    /** Gives its exit code. */
    public int waitForEnd() {
        return process.waitForEnd(ENDS_WITHIN);
    }

    /** Asks it to end (SIGTERM), and does not wait. */
    public void terminate() {
        process.terminate();
    }

    /** Lets it stand still, connections open. */
    public void pause() {
        process.pause();
    }

    public void resume() {
        process.resume();
    }

    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.close();
    }

    private TestProcess launch() {
        return TestProcess.start(command(), environment, log);
    }

    private void awaitReady() {
        process.startsWithin(STARTS_WITHIN, this::isReady);
        // The first call loads half of the classes: on a busy machine that takes longer than a caller waits for the database.
        var nobody = TestTokens.ofUser(UUID.randomUUID());
        process.startsWithin(STARTS_WITHIN, () -> Person.call(url(), "list-conversations", nobody, "{}").status() != 503);
    }

    private static List<String> command() {
        var executable = System.getProperty("native.image.path");
        if (executable != null && Files.isExecutable(Path.of(executable))) {
            return List.of(executable);
        }
        var jar = Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath();
        if (!Files.exists(jar)) {
            throw new AssertionError("There is no " + jar + ": `mvn package` makes it");
        }
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-jar", jar.toString());
    }
}

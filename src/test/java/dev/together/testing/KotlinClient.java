package dev.together.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.vertx.core.json.JsonObject;

/** Somebody with the official Kotlin client, which runs in a process of its own: the program in {@code src/test/kotlin}. */
public class KotlinClient implements AutoCloseable {

    private static final Path BUILD = Path.of("src/test/kotlin/pom.xml");
    private static final Path FOLDER = Path.of("target/kotlin-client").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MOST_MINUTES = 10;

    private final List<String> statuses = new CopyOnWriteArrayList<>();
    private final Set<Integer> heard = new ConcurrentSkipListSet<>();
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final Process process;
    private final PrintStream commands;

    /** @param server where the websocket is */
    public KotlinClient(URI server, String token) {
        try {
            process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-cp",
                    FOLDER.resolve("client.jar") + File.pathSeparator + FOLDER.resolve("lib") + "/*", "ClientKt",
                    server.toString(), TestTokens.anon()).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        var reader = new Thread(this::read, "kotlin-client");
        reader.setDaemon(true);
        reader.start();
        bears(token);
    }

    /** Builds the program; the test is skipped where its artifacts cannot be had, but on CI ({@code CI=true}) it fails. */
    public static void build() throws IOException, InterruptedException {
        boolean isBuilt = runs("mvn", "-q", "-B", "-ntp", "-f", BUILD.toString(), "-Dtarget=" + FOLDER, "package");
        if (System.getenv("CI") == null) {
            assumeTrue(isBuilt, "The Kotlin client could not be built: skipped");
        }
        assertThat(isBuilt).as("mvn -f " + BUILD + " package, see above").isTrue();
    }

    /** Shows this token from its next join on. */
    public void bears(String token) {
        commands.println("token " + token);
    }

    /** Joins a channel, and is there. */
    public void joins(String channel) {
        commands.println("join " + channel);
        joined(1);
    }

    /** Sends a broadcast to its channel, for which it asks no answer. */
    public void sends(String event) {
        commands.println("send " + event);
    }

    /** Waits until it has joined so many times. */
    public void joined(int times) {
        await("joined " + times, () -> timesJoined() >= times);
    }

    /** Waits until it has lost its connection after it had joined so many times. */
    public void isAway(int times) {
        await("away", () -> timesJoined() >= times && !"SUBSCRIBED".equals(statuses.get(statuses.size() - 1)));
    }

    /** Waits until it has heard the messages up to this number, all of them. */
    public void hearsUpTo(int number) {
        await("heard 1 to " + number, () -> heard.size() >= number);
    }

    private long timesJoined() {
        return statuses.stream().filter("SUBSCRIBED"::equals).count();
    }

    private void await(String what, BooleanSupplier isSo) {
        try {
            TestProcess.waitUntil(PATIENCE, isSo);
        } catch (AssertionError e) {
            throw new AssertionError(what + ": not so; it was " + statuses + ", heard " + heard.size() + " messages: " + heard
                    + ", and said " + said, e);
        }
    }

    private void read() {
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                take(line);
            }
        } catch (IOException e) {
            // It was ended.
        }
    }

    private void take(String line) {
        if (line.startsWith("status ")) {
            statuses.add(line.substring("status ".length()));
        } else if (line.startsWith("heard ")) {
            var message = new JsonObject(line.substring("heard ".length())).getJsonObject("message");
            heard.add(message.getInteger("message_number"));
        } else {
            said.add(line);
        }
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            var process = new ProcessBuilder(command).inheritIO().start();
            boolean hasEnded = process.waitFor(MOST_MINUTES, TimeUnit.MINUTES);
            if (!hasEnded) {
                process.destroyForcibly().waitFor();
            }
            return hasEnded && process.exitValue() == 0;
        } catch (IOException e) {
            // There is no such command.
            return false;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

package dev.together.browser;

import static org.assertj.core.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import dev.together.testing.TestProcess;
import dev.together.testing.TestTokens;

/** Local mode as the README starts it, in a process of its own, on a free port, with data that are forgotten. */
class RunningLocally implements AutoCloseable {

    static final String SECRET = TestTokens.SECRET;

    private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");
    private static final long ENDS_WITHIN_SECONDS = 30;

    private final Process process;
    private final int port;

    private RunningLocally(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Waits until it listens. */
    static RunningLocally start() throws IOException {
        return start("temporary");
    }

    /** The same on data that are kept. */
    static RunningLocally start(String data) throws IOException {
        var running = launch(data);
        running.awaitListening();
        return running;
    }

    /** What it says where it ends by itself, its exit code first. */
    static String refusal(String data) throws IOException, InterruptedException {
        var running = launch(data);
        try (var output = running.process.inputReader()) {
            var said = output.lines().collect(Collectors.joining("\n"));
            return running.process.waitFor() + " " + said;
        }
    }

    private static RunningLocally launch(String data) throws IOException {
        int port = TestProcess.freePort();
        var builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar",
                JAR.toString()).redirectErrorStream(true);
        builder.environment().put("QUARKUS_HTTP_PORT", String.valueOf(port));
        builder.environment().put("TOGETHER_JWT_SECRET", SECRET);
        builder.environment().put("TOGETHER_LOCAL_DATA", data);
        return new RunningLocally(builder.start(), port);
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    /** Ends it without a word to it; its PostgreSQL lives on. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            fail("Local mode does not die");
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            fail("Local mode does not end");
        }
    }

    private void awaitListening() throws IOException {
        var said = new StringBuilder();
        var output = process.inputReader();
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
            if (line.contains("Listening on")) {
                drain(output);
                return;
            }
        }
        fail("Local mode did not start:\n" + said);
    }

    /** What nobody reads would fill the pipe and stop the process. */
    private void drain(BufferedReader output) {
        var reader = new Thread(() -> {
            try {
                var unused = output.transferTo(Writer.nullWriter());
            } catch (IOException e) {
                // It has ended.
            }
        }, "output of local mode");
        reader.setDaemon(true);
        reader.start();
    }
}

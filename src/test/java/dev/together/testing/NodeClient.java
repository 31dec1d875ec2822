package dev.together.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The real supabase-js in Node, with the sources of {@code src/test/client}. */
public class NodeClient {

    private static final Path SOURCES = Path.of("src/test/client");
    private static final int MOST_MINUTES = 10;

    private final Path folder;
    private final Map<String, String> environment;

    /** Copies the sources into this folder and installs what they need. */
    public NodeClient(Path folder, Map<String, String> environment) throws IOException, InterruptedException {
        this.folder = folder;
        this.environment = environment;
        Files.createDirectories(folder);
        try (var files = Files.list(SOURCES)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (!runs("npm", "ci", "--no-audit", "--no-fund")) {
            throw new AssertionError("npm ci: see above");
        }
    }

    /** Runs a command with its output shown; whether it succeeded. */
    public boolean runs(String... command) throws IOException, InterruptedException {
        var output = folder.resolveSibling(folder.getFileName() + "-output.txt");
        var process = builder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        boolean hasEnded = process.waitFor(MOST_MINUTES, TimeUnit.MINUTES);
        if (!hasEnded) {
            process.destroyForcibly().waitFor();
        }
        System.out.println(Files.readString(output));
        return hasEnded && process.exitValue() == 0;
    }

    /** Starts a command that is spoken with by lines; what it says of errors is shown. */
    public Process starts(String... command) throws IOException {
        return builder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private ProcessBuilder builder(String... command) {
        var builder = new ProcessBuilder(List.of(command)).directory(folder.toFile());
        builder.environment().putAll(environment);
        return builder;
    }
}

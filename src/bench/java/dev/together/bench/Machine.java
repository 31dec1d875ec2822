package dev.together.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the figures were measured on. */
class Machine {

    private static final int FILES = 200_000;
    private static final int OTHER_FILES = 1_000;

    private Machine() {
    }

    static Map<String, String> description() throws IOException {
        var facts = new LinkedHashMap<String, String>();
        facts.put("cpu", line(Path.of("/proc/cpuinfo"), "model name"));
        facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("memory", line(Path.of("/proc/meminfo"), "MemTotal"));
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("java", System.getProperty("java.runtime.version"));
        facts.put("node", output("node", "--version"));
        facts.put("pgbench", output("pgbench", "--version"));
        return facts;
    }

    /** Every connection is a file; processes that are started later inherit the limit. Where it may not be raised, it stays. */
    static void allowManyFiles() {
        output("prlimit", "--pid", Long.toString(ProcessHandle.current().pid()), "--nofile=" + FILES + ":" + FILES);
    }

    /** How many connections one process can have, with room for its other files. */
    static int mostConnections() throws IOException {
        var limit = line(Path.of("/proc/self/limits"), "Max open files").replaceAll("\\D+", " ").strip().split(" ");
        return Integer.parseInt(limit[0]) - OTHER_FILES;
    }

    /** What a command prints; a word for one that is not there. */
    static String output(String... command) {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "absent";
        }
    }

    private static String line(Path file, String name) throws IOException {
        return Files.readAllLines(file).stream().filter(line -> line.startsWith(name)).findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("unknown");
    }
}

package dev.together.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/** What an operating system can do to a process. */
class Signals {

    private Signals() {
    }

    /** Sends a signal, such as {@code STOP}, to the process and then to all that it has started. */
    static void send(String signal, ProcessHandle process) {
        var pids = Stream.concat(Stream.of(process), process.descendants()).map(each -> Long.toString(each.pid())).toList();
        run(signal, pids);
    }

    /** Sends a signal to the process alone. */
    static void sendTo(String signal, ProcessHandle process) {
        run(signal, List.of(Long.toString(process.pid())));
    }

    private static void run(String signal, List<String> pids) {
        // The shell's own: a fresh Debian has no program of this name.
        var command = List.of("sh", "-c", "kill -" + signal + " " + String.join(" ", pids));
        try {
            // A child that has ended meanwhile is no failure.
            new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
                    .onExit().join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

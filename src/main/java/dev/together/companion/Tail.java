package dev.together.companion;

import java.time.Duration;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows a user's channel live. */
@Command(name = "tail", description = "Prints every event of a user's channel as it comes, with its latency.")
class Tail implements Callable<Integer> {

    @Mixin
    Audience audience;

    @Option(names = "--count", defaultValue = "2147483647", description = "Ends after so many events.")
    int count;

    @Override
    public Integer call() throws Exception {
        var printer = audience.printer();
        try (var line = audience.online(Access.JSON.createObjectNode())) {
            for (int seen = 0; seen < count;) {
                var event = line.next(Duration.ofDays(1));
                if (event != null) {
                    printer.event(event);
                    seen++;
                }
            }
        }
        return 0;
    }
}

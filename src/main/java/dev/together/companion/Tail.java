package dev.together.companion;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows a user's channel live. */
@Command(name = "tail", description = "Prints every event of a user's channel as it comes, with its latency.")
class Tail implements Callable<Integer> {

    @Spec
    CommandSpec spec;

    @Mixin
    Access access;

    @Option(names = "--user", required = true, description = "Whose channel.")
    UUID user;

    @Option(names = "--count", defaultValue = "2147483647", description = "Ends after so many events.")
    int count;

    @Override
    public Integer call() throws Exception {
        var printer = new Printer(spec.commandLine().getOut());
        try (var line = access.online(user, Access.JSON.createObjectNode())) {
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

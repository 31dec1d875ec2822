package dev.together.companion;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;

import io.quarkus.runtime.configuration.DurationConverter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what a user was told. */
@Command(name = "replay", description = "Prints the events that a user was told since then, oldest first.")
class Replay implements Callable<Integer> {

    private static final Duration QUIET = Duration.ofSeconds(1);

    @Mixin
    Audience audience;

    @Option(names = "--since", required = true, description = "How long ago, such as 10m or 2h, or a time such as 2026-01-23T13:00:00Z.")
    String since;

    @Option(names = "--limit", defaultValue = "1000", description = "The newest so many (${DEFAULT-VALUE}).")
    int limit;

    @Override
    public Integer call() throws Exception {
        var printer = audience.printer();
        var config = Access.JSON.createObjectNode().put("private", true);
        config.putObject("broadcast").putObject("replay").put("since", begin().toEpochMilli()).put("limit", limit);
        try (var line = audience.online(config)) {
            for (var event = line.next(QUIET); event != null; event = line.next(QUIET)) {
                if (event.path("meta").path("replayed").asBoolean()) {
                    printer.event(event);
                }
            }
        }
        return 0;
    }

    private Instant begin() {
        return since.contains("T") && since.contains("-") ? Instant.parse(since)
                : Instant.now().minus(DurationConverter.parseDuration(since));
    }
}

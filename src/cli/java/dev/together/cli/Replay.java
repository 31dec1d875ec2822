package dev.together.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command that shows the events of a user's channel once more. */
@Command(name = "replay", description = "Prints the events of a user's channel since then, oldest first.")
class Replay implements Callable<Integer> {

    private static final Duration QUIET = Duration.ofSeconds(1);

    @Mixin
    ChannelOptions channel;

    @Option(names = "--since", required = true, description = "How long ago, such as 10m, 2h or 3d, or a time such as 2026-01-23T13:00:00Z.")
    String since;

    @Option(names = "--limit", defaultValue = "1000", description = "The newest so many (${DEFAULT-VALUE}).")
    int limit;

    @Override
    public Integer call() throws Exception {
        var printer = channel.printer();
        var config = Access.JSON.createObjectNode().put("private", true);
        config.putObject("broadcast").putObject("replay").put("since", begin().toEpochMilli()).put("limit", limit);
        try (var client = channel.online(config)) {
            for (var event = client.next(QUIET); event != null; event = client.next(QUIET)) {
                if (event.path("meta").path("replayed").asBoolean()) {
                    printer.event(event);
                }
            }
        }
        return 0;
    }

    private Instant begin() {
        try {
            return since.contains("T") && since.contains("-") ? Instant.parse(since)
                    : Instant.now().minus(Duration.parse(iso()));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("--since must be such as 10m, 2h, 3d or 2026-01-23T13:00:00Z, not " + since, e);
        }
    }

    /** A duration as the JDK reads it. */
    private String iso() {
        if (since.startsWith("P")) {
            return since;
        }
        return (since.endsWith("d") ? "P" : "PT") + since;
    }
}

package dev.together.companion;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows a user's channel live, over a new line where one ends, as at a token's expiry or when a server drains. */
@Command(name = "tail", description = "Prints every event of a user's channel as it comes, with its latency.")
class Tail implements Callable<Integer> {

    private static final Duration TRIES_FOR = Duration.ofMinutes(1);
    private static final Duration TRIES_EVERY = Duration.ofSeconds(1);

    @Mixin
    Audience audience;

    @Option(names = "--count", defaultValue = "2147483647", description = "Ends after so many events.")
    int count;

    @Override
    public Integer call() throws Exception {
        var heard = new Heard(Instant.now());
        var line = audience.online(Access.JSON.createObjectNode());
        while (!hasPrintedAll(line, heard)) {
            line = joinedAgain(heard);
        }
        return 0;
    }

    /** Prints what comes; false where the line ends first. */
    private boolean hasPrintedAll(Line line, Heard heard) throws IOException, InterruptedException {
        var printer = audience.printer();
        try (line) {
            while (heard.count() < count) {
                var event = line.next(Duration.ofDays(1));
                if (event != null && heard.isNews(event)) {
                    printer.event(event);
                }
            }
            return true;
        } catch (IOException e) {
            if (!audience.access.canMint()) {
                throw e;
            }
            return false;
        }
    }

    private Line joinedAgain(Heard heard) throws IOException, InterruptedException {
        long end = System.nanoTime() + TRIES_FOR.toNanos();
        while (true) {
            try {
                return audience.online(heard.replay());
            } catch (IOException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                LockSupport.parkNanos(TRIES_EVERY.toNanos());
            }
        }
    }
}

package dev.together.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command that shows a user's channel live; it connects again where a connection ends, as when a server drains. */
@Command(name = "tail", description = "Prints every event of a user's channel as it comes, with its latency.")
class Tail implements Callable<Integer> {

    private static final Duration TRIES_FOR = Duration.ofMinutes(1);
    private static final Duration TRIES_EVERY = Duration.ofSeconds(1);

    @Mixin
    ChannelOptions channel;

    @Option(names = "--count", defaultValue = "2147483647", description = "Ends after so many events.")
    int count;

    @Override
    public Integer call() throws Exception {
        var seen = new SeenEvents(Instant.now());
        var client = channel.online(Access.JSON.createObjectNode());
        while (!hasPrintedAll(client, seen)) {
            client = joinedAgain(seen);
        }
        return 0;
    }

    /** Prints what comes; false where the connection ends first. */
    private boolean hasPrintedAll(RealtimeClient client, SeenEvents seen) throws IOException, InterruptedException {
        var printer = channel.printer();
        try (client) {
            while (seen.count() < count) {
                var event = client.next(Duration.ofDays(1));
                if (event != null && seen.isNews(event)) {
                    printer.event(event);
                }
            }
            return true;
        } catch (IOException e) {
            if (!channel.access.canSign()) {
                throw e;
            }
            return false;
        }
    }

    private RealtimeClient joinedAgain(SeenEvents seen) throws IOException, InterruptedException {
        long end = System.nanoTime() + TRIES_FOR.toNanos();
        while (true) {
            try {
                return channel.online(seen.replay());
            } catch (IOException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                LockSupport.parkNanos(TRIES_EVERY.toNanos());
            }
        }
    }
}

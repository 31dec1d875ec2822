package dev.together.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoublePredicate;

/** What the application says to Prometheus. */
public class Metrics {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    private final URI address;

    /** @param address where the metrics are, such as {@code http://localhost:8081/q/metrics} */
    public Metrics(URI address) {
        this.address = address;
    }

    /** The whole text. */
    public String text() {
        try {
            return HTTP.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The sum of the series of this name that have these labels, such as {@code kind="user"}; 0 where there is none. */
    public double value(String name, String... labels) {
        return text().lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .filter(line -> List.of(labels).stream().allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Waits until the value is as wanted; fails when it does not become so. */
    public void becomes(DoublePredicate wanted, String name, String... labels) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!wanted.test(value(name, labels))) {
            if (System.nanoTime() > end) {
                throw new AssertionError(name + List.of(labels) + " is " + value(name, labels));
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }
}

package dev.together.testing;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Somebody whose client opens a new websocket whenever it loses one, and joins again, as supabase-js does. */
public class ReturningClient implements AutoCloseable {

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final int REFS_BEFORE = 20;

    /** The numbers of the messages that were heard. */
    public final Set<Integer> heard = new ConcurrentSkipListSet<>();

    /** What must not be: a number that came after a higher one on the same connection. */
    public final List<String> disorder = new CopyOnWriteArrayList<>();

    /** The codes that connections were closed with. */
    public final List<Integer> closes = new CopyOnWriteArrayList<>();

    private final Person person;
    private final Supplier<URI> balancer;
    private final Thread thread = new Thread(this::listen, "returning-client");
    private volatile boolean isEnding;
    private volatile boolean isOnline;

    /** @param balancer gives the process to connect to */
    public ReturningClient(Person person, Supplier<URI> balancer) {
        this.person = person;
        this.balancer = balancer;
        thread.setDaemon(true);
        thread.start();
    }

    public boolean isOnline() {
        return isOnline;
    }

    @Override
    public void close() {
        isEnding = true;
    }

    private void listen() {
        int refs = 0;
        while (!isEnding) {
            try (var wire = Wire.open(balancer.get(), TestTokens.anon(), "2.0.0").continuingFrom(refs)) {
                refs += REFS_BEFORE;
                wire.joins(person.topic(), person.token);
                isOnline = true;
                hear(wire);
            } catch (RuntimeException | AssertionError e) {
                // Refused, or lost while it joined: it comes back.
                closes.add(0);
            }
        }
    }

    private void hear(Wire wire) {
        int last = 0;
        while (!isEnding) {
            var frame = wire.nextWithin(LOOK_EVERY);
            if (frame.isEmpty() && !wire.isOpen()) {
                closes.add(wire.isClosed());
                return;
            }
            if (frame.isPresent() && frame.get().event().equals("broadcast") && frame.get().name().equals("message-insert")) {
                int number = frame.get().content().getJsonObject("message").getInteger("message_number");
                if (number <= last) {
                    disorder.add(number + " after " + last);
                }
                last = number;
                heard.add(number);
            }
        }
    }
}

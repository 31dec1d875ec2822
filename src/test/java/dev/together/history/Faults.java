package dev.together.history;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Breaks things, one after another, as the dice say; everything is whole again when it ends. */
class Faults implements Runnable {

    /** What can break. */
    enum Fault {
        PROCESS_KILLED,
        PROCESS_PAUSED,
        PROCESS_STOPPED,
        CONNECTIONS_CUT,
        DATABASE_STOPPED,
        DATABASE_CRASHED,
        DATABASE_PAUSED
    }

    /** What broke, and when. */
    record Broken(Instant at, Fault fault, String how) {
    }

    final Queue<Broken> history = new ConcurrentLinkedQueue<>();
    private final World world;
    private final Random random;
    private volatile boolean isEnding;

    Faults(World world, Random random) {
        this.world = world;
        this.random = random;
    }

    void end() {
        isEnding = true;
    }

    @Override
    public void run() {
        // Each kind once before any comes again, so that a short run has them all.
        var next = new ConcurrentLinkedQueue<Fault>();
        while (!isEnding) {
            Pause.of(Duration.ofMillis(1_000 + random.nextInt(2_000)));
            if (next.isEmpty()) {
                var all = new java.util.ArrayList<>(List.of(Fault.values()));
                java.util.Collections.shuffle(all, random);
                next.addAll(all);
            }
            apply(next.remove());
        }
    }

    Map<Fault, Integer> counts() {
        var counts = new EnumMap<Fault, Integer>(Fault.class);
        history.forEach(broken -> counts.merge(broken.fault(), 1, Integer::sum));
        return counts;
    }

    private void apply(Fault fault) {
        var time = Duration.ofMillis(500 + random.nextInt(3_500));
        var process = world.processes.get(random.nextInt(world.processes.size()));
        var share = 0.3 + random.nextDouble() * 0.7;
        history.add(new Broken(Instant.now(), fault, "for " + time.toMillis() + " ms"));
        switch (fault) {
            case PROCESS_KILLED -> {
                process.kill();
                process.restart();
            }
            case PROCESS_STOPPED -> {
                process.stop();
                process.restart();
            }
            case PROCESS_PAUSED -> {
                process.pause();
                Pause.of(time);
                process.resume();
            }
            case CONNECTIONS_CUT -> world.proxies.forEach(proxy -> cut(proxy, share));
            case DATABASE_STOPPED -> {
                world.database.stop();
                Pause.of(time);
                world.database.restart();
            }
            case DATABASE_CRASHED -> {
                world.database.crash();
                Pause.of(time);
                world.database.restart();
            }
            case DATABASE_PAUSED -> {
                world.database.pause();
                Pause.of(time);
                world.database.resume();
            }
        }
    }

    private void cut(dev.together.testing.Proxy proxy, double share) {
        int count = proxy.cut(share, random);
        history.add(new Broken(Instant.now(), Fault.CONNECTIONS_CUT, count + " connections"));
    }
}

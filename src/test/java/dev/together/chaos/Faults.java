package dev.together.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
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
        DATABASE_PAUSED,
        NATS_KILLED,
        NATS_PAUSED,
        READER_SLOW
    }

    /** What broke, and from when until when. */
    record Broken(Instant at, Instant until, Fault fault, String how) {
    }

    final Queue<Broken> history = new ConcurrentLinkedQueue<>();
    private final World world;
    private final SlowReader slow;
    private final Random random;
    private volatile boolean isEnding;

    Faults(World world, SlowReader slow, Random random) {
        this.world = world;
        this.slow = slow;
        this.random = random;
    }

    /** Ends after the fault that is on, and not before there was one of each kind. */
    void end() {
        isEnding = true;
    }

    @Override
    public void run() {
        round().forEach(this::breakSoon);
        while (!isEnding) {
            var next = round().iterator();
            while (!isEnding && next.hasNext()) {
                breakSoon(next.next());
            }
        }
    }

    Map<Fault, Integer> counts() {
        var counts = new EnumMap<Fault, Integer>(Fault.class);
        history.forEach(broken -> counts.merge(broken.fault(), 1, Integer::sum));
        return counts;
    }

    /** Every kind of fault that there can be here, in any order. */
    private List<Fault> round() {
        var possible = EnumSet.allOf(Fault.class);
        if (world.nats.isEmpty()) {
            possible.removeAll(EnumSet.of(Fault.NATS_KILLED, Fault.NATS_PAUSED));
        }
        var round = new ArrayList<>(possible);
        Collections.shuffle(round, random);
        return round;
    }

    private void breakSoon(Fault fault) {
        Pause.of(Duration.ofMillis(300 + random.nextInt(1_200)));
        var time = Duration.ofMillis(500 + random.nextInt(2_500));
        int which = random.nextInt(world.processes.size());
        double share = 0.3 + random.nextDouble() * 0.7;
        var start = Instant.now();
        var how = apply(fault, time, which, share);
        history.add(new Broken(start, Instant.now(), fault, how));
    }

    private String apply(Fault fault, Duration time, int which, double share) {
        var process = world.processes.get(which);
        var database = world.database;
        return switch (fault) {
            case PROCESS_KILLED -> during(time, process::kill, process::restart);
            case PROCESS_STOPPED -> during(time, process::stop, process::restart);
            case PROCESS_PAUSED -> during(time, process::pause, process::resume);
            case CONNECTIONS_CUT -> world.cut(share, random) + " connections";
            case DATABASE_STOPPED -> during(time, database::stop, database::restart);
            case DATABASE_CRASHED -> during(time, database::crash, database::restart);
            case DATABASE_PAUSED -> during(time, database::pause, database::resume);
            case NATS_KILLED -> during(time, world.nats.orElseThrow()::kill, world.nats.orElseThrow()::startAgain);
            case NATS_PAUSED -> during(time, world.nats.orElseThrow()::pause, world.nats.orElseThrow()::resume);
            case READER_SLOW -> during(Duration.ZERO, slow::fallBehind, () -> {
            });
        };
    }

    private static String during(Duration time, Runnable breaks, Runnable mends) {
        breaks.run();
        Pause.of(time);
        mends.run();
        return "for " + time.toMillis() + " ms";
    }
}

package dev.together.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** One conversation with many people online: how soon they hear at a calm rate, and how many deliveries there can be. */
class FanOut {

    /** How many people, and the calm rate of messages a second. */
    static final Map<Integer, Integer> CALM = Map.of(100, 20, 1_000, 5);
    static final List<Integer> SIZES = List.of(100, 1_000);

    private static final int WARM_UP_SECONDS = 10;
    /** Messages under way at once: fewer, and what is measured is the way to and fro; Node does not gain from more. */
    private static final int LANES = 16;

    private final Options options;
    private final Postgres postgres;
    private final Report report;

    FanOut(Options options, Postgres postgres, Report report) {
        this.options = options;
        this.postgres = postgres;
        this.report = report;
    }

    static String calm(int size) {
        return "fan-out " + size + ", " + CALM.get(size) + " a second";
    }

    static String busy(int size) {
        return "fan-out " + size + ", as many as go";
    }

    void measure(List<Contestant> all) throws IOException, SQLException, InterruptedException {
        for (int size : SIZES) {
            for (var contestant : all) {
                measure(contestant, size);
            }
        }
    }

    private void measure(Contestant contestant, int size) throws IOException, SQLException, InterruptedException {
        var world = World.in(postgres, contestant.database, 1, size);
        contestant.online(world);
        report.say(contestant.measure("warm-up", world, LANES, load -> load.heard(WARM_UP_SECONDS)));
        for (int round = 0; round < options.rounds(); round++) {
            report.add(contestant.measure(calm(size), world, LANES,
                    load -> load.open(options.seconds(), CALM.getOrDefault(size, 1))));
            report.add(contestant.measure(busy(size), world, LANES, load -> load.heard(options.seconds())));
        }
        contestant.offline();
    }
}

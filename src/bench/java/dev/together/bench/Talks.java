package dev.together.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Many conversations of a few people who are all online: closed loops by concurrency, and open loops at fixed rates. */
class Talks {

    static final int CONVERSATIONS = 100;
    static final int PARTICIPANTS = 4;

    static final String EQUAL = "open " + Talks.EQUAL_RATE;
    static final String HALF = "open at 50 % of pgbench";
    static final String HALF_OF_GOAL = "open at 35 % of pgbench";
    static final String SILENT = "closed 64, nobody online";

    private static final int WARM_UP_SECONDS = 6;
    private static final int OPEN_LANES = 256;
    /** What one Node process can still do. */
    private static final int EQUAL_RATE = 1_000;

    private final Options options;
    private final Postgres postgres;
    private final List<Contestant> all;
    private final Optional<Pgbench> limit;
    private final Report report;
    private final Map<Contestant, World> worlds = new HashMap<>();
    private double limitRate;

    Talks(Options options, Postgres postgres, List<Contestant> all, Optional<Pgbench> limit, Report report) {
        this.options = options;
        this.postgres = postgres;
        this.all = all;
        this.limit = limit;
        this.report = report;
    }

    void comeOnline() throws IOException, SQLException, InterruptedException {
        for (var contestant : all) {
            var world = World.in(postgres, contestant.database, CONVERSATIONS, PARTICIPANTS);
            worlds.put(contestant, world);
            contestant.online(world);
            var warm = contestant.measure("warm-up", world, 64, load -> load.closed(WARM_UP_SECONDS));
            report.say(warm);
        }
    }

    void closed() throws IOException, SQLException, InterruptedException {
        var together = all.get(0);
        var silent = World.in(postgres, together.database, CONVERSATIONS, PARTICIPANTS);
        for (int round = 0; round < options.rounds(); round++) {
            if (limit.isPresent()) {
                limitRate = report.add(limit.get().measure(options.seconds())).value(Figures.SENDS);
            }
            for (var contestant : all) {
                for (int concurrency : List.of(1, 16, 64)) {
                    closed(contestant, "closed " + concurrency, world(contestant), concurrency);
                }
            }
            closed(together, SILENT, silent, 64);
        }
    }

    void open() throws IOException, InterruptedException {
        for (int round = 0; round < options.rounds(); round++) {
            for (var contestant : all) {
                open(contestant, EQUAL, EQUAL_RATE);
            }
            if (limitRate > 0) {
                open(all.get(0), HALF_OF_GOAL, limitRate * 0.35);
                open(all.get(0), HALF, limitRate * 0.5);
            }
        }
    }

    void goOffline() {
        all.forEach(Contestant::offline);
    }

    private void closed(Contestant contestant, String load, World world, int concurrency)
            throws IOException, InterruptedException {
        report.add(contestant.measure(load, world, concurrency, run -> run.closed(options.seconds())));
    }

    private void open(Contestant contestant, String load, double rate) throws IOException, InterruptedException {
        report.add(contestant.measure(load, world(contestant), OPEN_LANES, run -> run.open(options.seconds(), rate)));
    }

    private World world(Contestant contestant) {
        return Objects.requireNonNull(worlds.get(contestant));
    }
}

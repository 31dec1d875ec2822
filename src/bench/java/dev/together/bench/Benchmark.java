package dev.together.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Measures sending and hearing, and what they are compared with. See {@link Options} for the command line. */
public class Benchmark {

    private static final Path FOLDER = Path.of("target/bench");
    private static final int POSTGRES_PORT = 9;

    private final Options options;
    private final Postgres postgres;
    private final Report report;

    private Benchmark(Options options, Postgres postgres, Report report) {
        this.options = options;
        this.postgres = postgres;
        this.report = report;
    }

    public static void main(String[] arguments) throws IOException, SQLException, InterruptedException {
        var options = Options.of(List.of(arguments));
        var folder = Files.createDirectories(FOLDER).toAbsolutePath();
        Machine.allowManyFiles();
        try (var postgres = Postgres.start(folder, options.port() + POSTGRES_PORT); var driver = new Driver()) {
            var report = new Report(options, Machine.description(), postgres.settings());
            new Benchmark(options, postgres, report).run(new Contestants(options, postgres, driver, folder), folder);
            report.write(folder);
        }
    }

    private void run(Contestants contestants, Path folder) throws IOException, SQLException, InterruptedException {
        if (options.asksFor("idle")) {
            // A process that nothing else has happened in: what a load leaves behind would hide what connections take.
            try (var fresh = contestants.together("fresh", 4)) {
                new Idle(options, postgres, report).measure(fresh);
            }
        }
        var limit = limit(folder);
        try (var together = contestants.together("together", 0)) {
            if (options.asksFor("growth")) {
                new Growth(options, postgres, together, report, folder).measure();
            }
            var all = new ArrayList<>(List.of(together));
            if (options.before().isPresent()) {
                all.add(contestants.before(options.before().get()));
            }
            try {
                all.addAll(contestants.peers());
                measure(all, limit);
            } finally {
                all.stream().skip(1).forEach(Contestant::close);
            }
        }
    }

    private void measure(List<Contestant> all, Optional<Pgbench> limit)
            throws IOException, SQLException, InterruptedException {
        var talks = new Talks(options, postgres, all, limit, report);
        if (options.asksFor("sends") || options.asksFor("open")) {
            talks.comeOnline();
            talks.closed();
            if (options.asksFor("open")) {
                talks.open();
            }
            talks.goOffline();
        }
        if (options.asksFor("fan-out")) {
            new FanOut(options, postgres, report).measure(all);
        }
    }

    private Optional<Pgbench> limit(Path folder) throws IOException, SQLException {
        if (!Pgbench.isThere()) {
            System.out.println("There is no pgbench here: the comparison with it is left out.");
            return Optional.empty();
        }
        postgres.create("pgbench");
        var world = World.in(postgres, "pgbench", Talks.CONVERSATIONS, Talks.PARTICIPANTS);
        return Optional.of(new Pgbench(postgres, "pgbench", world, Contestants.DATABASE_CONNECTIONS, folder));
    }
}

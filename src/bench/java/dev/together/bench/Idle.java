package dev.together.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** Connections that only stay: the memory of each, and what their heartbeats cost. */
class Idle {

    private static final int PEOPLE = 100;
    private static final int LISTEN_SECONDS = 10;
    private static final long SETTLE_SECONDS = 2;

    private final Options options;
    private final Postgres postgres;
    private final Report report;

    Idle(Options options, Postgres postgres, Report report) {
        this.options = options;
        this.postgres = postgres;
        this.report = report;
    }

    void measure(Contestant contestant) throws IOException, SQLException, InterruptedException {
        int connections = Math.min(options.connections(), Machine.mostConnections());
        var world = World.in(postgres, contestant.database, connections / PEOPLE, PEOPLE);
        var cpu = contestant.server.cpu();
        collect(cpu);
        long residentBefore = cpu.resident();
        long liveBefore = live(cpu);
        double restBefore = cores(cpu);

        var receivers = contestant.online(world);
        collect(cpu);
        long resident = cpu.resident() - residentBefore;
        long live = live(cpu) - liveBefore;
        double beating = cores(cpu);
        long closed = receivers.stream().filter(Receiver::isClosed).count();
        report.add(Figures.of(contestant.name, receivers.size() + " idle connections")
                .with("resident_bytes_per_connection", (double) resident / receivers.size())
                .with("live_heap_bytes_per_connection", (double) live / receivers.size())
                .with("resident_before_mb", residentBefore / 1e6)
                .with("cores_before", restBefore)
                .with("cores_with_heartbeats", beating)
                .with(Figures.FAILED, closed));
        contestant.offline();
    }

    private static void rest(long seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double cores(Cpu cpu) {
        double before = cpu.seconds();
        long start = System.nanoTime();
        rest(LISTEN_SECONDS);
        return (cpu.seconds() - before) / ((System.nanoTime() - start) / 1e9);
    }

    /** Lets a JVM forget what it does not need, so that what stays is compared with what stays. */
    private static void collect(Cpu cpu) {
        rest(SETTLE_SECONDS);
        System.out.println(jcmd(cpu, "GC.run").lines().skip(1).findFirst().orElse(""));
    }

    /** The live heap after a collection; 0 for what is no JVM. */
    private static long live(Cpu cpu) {
        return jcmd(cpu, "GC.heap_info").lines().filter(line -> line.contains("used ")).findFirst()
                .map(line -> Long.parseLong(line.replaceAll(".*used (\\d+)K.*", "$1")) * 1024).orElse(0L);
    }

    private static String jcmd(Cpu cpu, String command) {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        return Machine.output(jcmd, Long.toString(cpu.pid()), command);
    }
}

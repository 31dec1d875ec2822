package dev.together.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/** A server, its database, and who is online there. */
class Contestant implements AutoCloseable {

    private static final long DELIVERS_WITHIN_SECONDS = 20;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    final String name;
    final String database;
    final Server server;
    private final Wire wire;
    private final Driver driver;
    private final Cpu postgres;
    private List<Receiver> receivers = List.of();
    private @Nullable World heard;
    private int lost;
    private int doubled;
    private volatile Tally tally = new Tally();

    Contestant(String name, String database, Server server, Wire wire, Driver driver, Cpu postgres) {
        this.name = name;
        this.database = database;
        this.server = server;
        this.wire = wire;
        this.driver = driver;
        this.postgres = postgres;
    }

    /** Everybody of the world connects and joins. */
    List<Receiver> online(World world) {
        receivers = driver.online(world, wire, server.port, () -> tally);
        heard = world;
        lost = 0;
        doubled = 0;
        return receivers;
    }

    void offline() {
        receivers.forEach(Receiver::close);
        receivers = List.of();
        heard = null;
    }

    /** Runs a load and counts until everything has arrived. */
    Figures measure(String load, World world, int lanes, Run run) throws IOException, InterruptedException {
        var counted = new Tally();
        tally = counted;
        var open = driver.lanes(server.port, lanes);
        var before = Usage.now(server.cpu(), postgres);
        long start = System.nanoTime();
        run.on(new Load(world, open, counted));
        double seconds = secondsSince(start);
        awaitDeliveries(world, counted);
        double untilHeard = secondsSince(start);
        var used = Usage.now(server.cpu(), postgres).minus(before);
        open.forEach(BatchWorker::close);
        return figures(load, counted, seconds, untilHeard, used);
    }

    @Override
    public void close() {
        offline();
        server.close();
    }

    private void awaitDeliveries(World world, Tally counted) {
        long expected = heard != world ? 0 : counted.sent.sum() * world.participants();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DELIVERS_WITHIN_SECONDS);
        while (counted.delivered.sum() < expected && System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private Figures figures(String load, Tally counted, double seconds, double untilHeard, Usage used) {
        double sent = counted.sent.sum();
        int lostBefore = lost;
        int doubledBefore = doubled;
        lost = receivers.stream().mapToInt(Receiver::lost).sum();
        doubled = receivers.stream().mapToInt(Receiver::doubled).sum();
        return Figures.of(name, load)
                .with(Figures.SENDS, sent / seconds)
                .with(Figures.SEND, counted.sends)
                .with(Figures.DELIVERIES, counted.delivered.sum() / untilHeard)
                .with(Figures.DELIVERY, counted.deliveries)
                .with(Figures.SERVER_CPU, used.server / sent * 1e6)
                .with(Figures.DATABASE_CPU, used.postgres / sent * 1e6)
                .with("driver_cpu_us_per_message", used.driver / sent * 1e6)
                .with("bytes_per_message", counted.bytes.sum() / sent)
                .with(Figures.OTHERS, used.others() / untilHeard)
                .with(Figures.FAILED, counted.failed.sum())
                .with(Figures.LOST, lost - lostBefore)
                .with(Figures.DOUBLED, doubled - doubledBefore);
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    /** A load that is run. */
    interface Run {

        void on(Load load) throws InterruptedException;
    }

    /** CPU seconds of the three that share the machine. */
    private record Usage(double server, double postgres, double driver, double machine) {

        static Usage now(Cpu server, Cpu postgres) {
            return new Usage(server.seconds(), postgres.seconds(), Cpu.ofThisProcess().ownSeconds(),
                    Cpu.ofMachine());
        }

        Usage minus(Usage before) {
            return new Usage(server - before.server, postgres - before.postgres, driver - before.driver,
                    machine - before.machine);
        }

        double others() {
            return machine - server - postgres - driver;
        }
    }
}

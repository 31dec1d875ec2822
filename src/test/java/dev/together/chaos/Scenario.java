package dev.together.chaos;

import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collector;
import java.util.stream.Collectors;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import dev.together.testing.Metrics;

/** One run: people and their devices, faults among them, and what came of it. */
class Scenario {

    private static final int CITIZENS = 8;
    private static final int CHATS = 6;
    private static final Duration ENDS_WITHIN = Duration.ofMinutes(5);
    private static final Duration HEALS_WITHIN = Duration.ofSeconds(60);

    private final World world;
    private final long seed;
    private final Operations ledger = new Operations();
    private final List<SimulatedUser> citizens = new ArrayList<>();
    private final List<Device> devices = new ArrayList<>();
    private final SlowReader slow;
    private final Faults faults;
    private final List<Thread> threads = new ArrayList<>();
    private final List<String> accidents = new CopyOnWriteArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private String summary = "";

    Scenario(World world, long seed) {
        this.world = world;
        this.seed = seed;
        this.slow = slowReader();
        this.faults = new Faults(world, slow, new Random(seed));
        var chats = new ArrayList<String>();
        var sockets = world.sockets();
        for (int index = 0; index < CITIZENS; index++) {
            var citizen = new SimulatedUser("c" + index, world.functions(), chats, ledger, new Random(seed * 1_000 + index));
            citizens.add(citizen);
            citizen.devices.add(device(citizen, index, index % 3 == 2 ? "1.0.0" : "2.0.0", index % 4 == 3, sockets));
            if (index % 3 == 0) {
                citizen.devices.add(device(citizen, index + 100, "1.0.0", index % 2 == 0, sockets));
            }
            devices.addAll(citizen.devices);
        }
        citizens.stream().limit(CHATS).forEach(citizen -> chats.add(citizen.opens()));
    }

    /** Plays for so long, then waits until everything has healed, and looks at what came of it. */
    void play(Duration time) throws SQLException {
        var people = new ArrayList<Thread>();
        devices.forEach(this::start);
        citizens.forEach(citizen -> people.add(start(citizen)));
        var breaking = start(faults);
        Pause.of(time);
        faults.end();
        join(breaking);
        citizens.forEach(SimulatedUser::end);
        people.forEach(this::join);
        heal();
        devices.forEach(Device::end);
        threads.forEach(this::join);
        judge();
    }

    List<String> violations() {
        return violations;
    }

    /** Counts, for people. */
    String summary() {
        return summary;
    }

    private SlowReader slowReader() {
        var citizen = new SimulatedUser("slow", world.functions(), List.of(), ledger, new Random(seed * 3_000));
        var way = world.slowWay;
        var device = device(citizen, 200, "2.0.0", false, List.of(way.url()));
        devices.add(device);
        return new SlowReader(citizen, device, way, new Metrics(world.processes.get(0).management("/q/metrics")));
    }

    private Device device(SimulatedUser citizen, int index, String vsn, boolean asksForReplay, List<URI> servers) {
        var name = "d" + index + (vsn.startsWith("1") ? "v1" : "v2") + (asksForReplay ? "r" : "");
        return new Device(name, citizen.id, vsn, asksForReplay, servers, new Random(seed * 2_000 + index));
    }

    /** Polls until every device has heard everything, but not for ever: what is missing then is lost. */
    private void heal() throws SQLException {
        var until = Instant.now().plus(HEALS_WITHIN);
        boolean isWhole = false;
        while (!isWhole && Instant.now().isBefore(until)) {
            Pause.of(Duration.ofSeconds(1));
            var truth = read();
            isWhole = truth.left == 0 && devices.stream().allMatch(device -> Checker.missing(truth, device) == 0);
        }
    }

    private void judge() throws SQLException {
        var truth = read();
        var verdict = new Checker(truth);
        verdict.stored(ledger);
        devices.forEach(verdict::heard);
        violations.addAll(accidents);
        violations.addAll(verdict.violations);
        devices.forEach(device -> violations.addAll(device.complaints));
        ledger.failures.stream().filter(failed -> failed.status() == 500)
                .forEach(failed -> violations.add("Answered with 500: " + failed));
        if (!slow.wasClosed()) {
            violations.add("The slow reader was never closed as such");
        }
        summary = summary(truth, verdict);
        System.out.println(summary);
        if (!violations.isEmpty()) {
            tell(verdict);
        }
    }

    private String summary(DatabaseState truth, Checker verdict) {
        long heard = devices.stream().mapToLong(device -> device.heard.size()).sum();
        long replayed = devices.stream().flatMap(device -> device.heard.stream()).filter(Delivery::isReplayed).count();
        var slowest = ledger.failures.stream().max(Comparator.comparing(Operations.Failed::took));
        return """
                History, seed %d: %d violations (%d losses, %d duplicates)
                  stored: %d messages, %d updates; %d acknowledged, %d of unknown fate
                  heard: %d (%d replayed) of %d expected, %d missed by who left; %d joins, %d reconnects
                  closed with: %s
                  broken: %s
                  failed calls: %s; slowest: %s""".formatted(seed, violations.size(), verdict.losses, verdict.duplicates,
                truth.messages.values().stream().mapToInt(List::size).sum(),
                truth.updates.values().stream().mapToInt(List::size).sum(), ledger.acknowledged.size(), ledger.unknown(),
                heard, replayed, verdict.expected, verdict.excused, devices.stream().mapToInt(Device::joins).sum(),
                devices.stream().mapToInt(Device::reconnects).sum(),
                devices.stream().flatMap(device -> device.closes.stream()).collect(counted(code -> code)), faults.counts(),
                ledger.failures.stream().collect(counted(Operations.Failed::status)),
                slowest.map(Operations.Failed::toString).orElse("none"));
    }

    /** What broke, and what the first devices that complain heard about the conversations in question. */
    private void tell(Checker verdict) {
        violations.stream().limit(20).forEach(System.out::println);
        faults.history.forEach(System.out::println);
        var chats = verdict.chats().stream().limit(1).collect(Collectors.toSet());
        devices.stream().filter(device -> violations.get(0).startsWith(device.name + " "))
                .flatMap(device -> device.heard.stream()).filter(heard -> chats.contains(heard.chat()))
                .limit(200).forEach(System.out::println);
    }

    private static <T> Collector<T, ?, Map<Integer, Long>> counted(Function<T, Integer> by) {
        return Collectors.groupingBy(by, TreeMap::new, Collectors.counting());
    }

    private DatabaseState read() throws SQLException {
        try (var connection = world.database.connect()) {
            return new DatabaseState(connection);
        }
    }

    @CanIgnoreReturnValue
    private Thread start(Runnable task) {
        var thread = new Thread(task, task.getClass().getSimpleName());
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((where, what) -> accidents.add(where.getName() + " failed: " + what));
        thread.start();
        threads.add(thread);
        return thread;
    }

    private void join(Thread thread) {
        try {
            thread.join(ENDS_WITHIN.toMillis());
            if (thread.isAlive()) {
                accidents.add(thread.getName() + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

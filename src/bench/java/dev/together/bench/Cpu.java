package dev.together.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a process and its children take of the machine, as Linux counts it. */
record Cpu(long pid) {

    /** The unit of /proc/‹pid›/stat, whatever the kernel ticks at. */
    private static final double TICKS_A_SECOND = 100;
    /** Which times of /proc/stat are work: user, nice, system; not idle, not waiting; interrupts; not stolen. */
    private static final String BUSY = "bbb--bb";
    private static final int FIRST_TIME = 11;
    private static final int TIMES = 4;

    static Cpu ofThisProcess() {
        return new Cpu(ProcessHandle.current().pid());
    }

    /** CPU seconds so far of everything on this machine. */
    static double ofMachine() {
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            var fields = lines.findFirst().orElse("").split(" +");
            long ticks = 0;
            for (int i = 1; i < fields.length && i <= BUSY.length(); i++) {
                ticks += BUSY.charAt(i - 1) == 'b' ? Long.parseLong(fields[i]) : 0;
            }
            return ticks / TICKS_A_SECOND;
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    /** CPU seconds so far, also of children that have ended. */
    double seconds() {
        return family().mapToLong(Cpu::ticks).sum() / TICKS_A_SECOND;
    }

    /** CPU seconds so far of the process alone. */
    double ownSeconds() {
        return ticks(pid) / TICKS_A_SECOND;
    }

    /** Resident memory in bytes. */
    long resident() {
        return family().mapToLong(Cpu::resident).sum();
    }

    private Stream<Long> family() {
        var children = ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants).map(ProcessHandle::pid);
        return Stream.concat(Stream.of(pid), children);
    }

    private static long ticks(long process) {
        var stat = read(process, "stat");
        var fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        long ticks = 0;
        for (int i = FIRST_TIME; i < FIRST_TIME + TIMES && i < fields.length; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks;
    }

    private static long resident(long process) {
        return read(process, "status").lines().filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024).sum();
    }

    /** Empty for a process that has ended meanwhile. */
    private static String read(long process, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process), file));
        } catch (IOException e) {
            return "";
        }
    }
}

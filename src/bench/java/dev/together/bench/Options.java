package dev.together.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What the command line asks for.
 *
 * @param parts what to measure: {@code sends}, {@code open}, {@code fan-out}, {@code idle}, {@code growth}
 * @param peer whether the Node servers are measured as well
 * @param rounds how often each measurement is repeated; medians are reported
 * @param seconds how long one measurement lasts
 * @param connections how many stay idle
 * @param history messages in the large table of the growth part
 * @param jfr whether the application writes a flight recording
 * @param executable a native executable to measure in place of the jar
 * @param before another build of the application, its {@code quarkus-run.jar}, to measure beside this one
 * @param port the first of a handful of ports
 */
record Options(Set<String> parts, boolean peer, int rounds, int seconds, int connections, long history, boolean jfr,
        Optional<Path> executable, Optional<Path> before, int port) {

    private static final Set<String> USUAL = Set.of("sends", "open", "fan-out", "idle");

    static Options of(List<String> arguments) {
        boolean full = arguments.contains("--full");
        var parts = new LinkedHashSet<>(value(arguments, "only", Options::words).orElse(USUAL));
        if (arguments.contains("--growth")) {
            parts.add("growth");
        }
        return new Options(parts, !arguments.contains("--no-peer"),
                value(arguments, "rounds", Integer::valueOf).orElse(full ? 5 : 3),
                value(arguments, "seconds", Integer::valueOf).orElse(full ? 10 : 3),
                value(arguments, "connections", Integer::valueOf).orElse(full ? 20_000 : 5_000),
                value(arguments, "history", Long::valueOf).orElse(full ? 10_000_000L : 1_000_000L),
                arguments.contains("--jfr"),
                value(arguments, "executable", Path::of),
                value(arguments, "before", Path::of),
                value(arguments, "port", Integer::valueOf).orElse(18_200));
    }

    boolean asksFor(String part) {
        return parts.contains(part);
    }

    private static Set<String> words(String text) {
        return new LinkedHashSet<>(Arrays.asList(text.split(",")));
    }

    private static <T> Optional<T> value(List<String> arguments, String name, Function<String, T> read) {
        var start = "--" + name + "=";
        return arguments.stream().filter(argument -> argument.startsWith(start)).findFirst()
                .map(argument -> read.apply(argument.substring(start.length())));
    }
}

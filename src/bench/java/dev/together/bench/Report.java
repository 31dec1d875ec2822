package dev.together.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.ObjectMapper;

/** Collects the figures, prints their medians and ratios as a table, and writes all of it as JSON. */
class Report {

    private static final List<String> COLUMNS = List.of(Figures.SENDS, "send_p50_ms", "send_p95_ms", "send_p99_ms",
            "send_p999_ms", Figures.DELIVERIES, "delivery_p50_ms", "delivery_p99_ms", Figures.SERVER_CPU,
            Figures.DATABASE_CPU, "bytes_per_message", Figures.OTHERS, Figures.LOST, Figures.DOUBLED, Figures.FAILED);
    private static final List<String> HEADS = List.of("sends/s", "p50 ms", "p95", "p99", "p99.9", "deliv./s", "p50 ms", "p99",
            "app us/m", "db us/m", "bytes/m", "others", "lost", "doubled", "failed");

    private final Options options;
    private final Map<String, String> machine;
    private final Map<String, String> postgres;
    private final List<Figures> rounds = new ArrayList<>();

    Report(Options options, Map<String, String> machine, Map<String, String> postgres) {
        this.options = options;
        this.machine = machine;
        this.postgres = postgres;
        System.out.println(machine + " PostgreSQL " + postgres);
        System.out.println(line("", "", HEADS));
    }

    /** Prints what does not count. */
    void say(Figures figures) {
        System.out.println(line(figures.who(), figures.load(), cells(figures)));
    }

    Figures add(Figures figures) {
        rounds.add(figures);
        say(figures);
        return figures;
    }

    void write(Path folder) throws IOException {
        var medians = Figures.medians(rounds);
        System.out.println("\nMedians of the rounds\n" + line("", "", HEADS));
        medians.forEach(this::say);
        medians.stream().filter(figures -> !figures.values().containsKey(Figures.SENDS))
                .forEach(figures -> System.out.println(figures.who() + ", " + figures.load() + ": " + figures.values()));
        var ratios = new Ratios(medians).all();
        System.out.println("\nRatios");
        ratios.forEach((name, value) -> System.out.println(format("%8.2f  %s", value, name)));
        var all = new LinkedHashMap<String, Object>();
        all.put("options", options.toString());
        all.put("machine", machine);
        all.put("postgres", postgres);
        all.put("medians", medians);
        all.put("ratios", ratios);
        all.put("rounds", rounds);
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(folder.resolve("benchmark.json").toFile(), all);
    }

    private static List<String> cells(Figures figures) {
        return COLUMNS.stream().map(column -> Optional.ofNullable(figures.values().get(column))
                .map(Report::number).orElse("")).toList();
    }

    private static String number(double value) {
        return value != 0 && value < 100 ? format("%.2f", value) : format("%.0f", value);
    }

    private static String line(String who, String load, List<String> cells) {
        var line = new StringBuilder(format("%-9s %-30s", who, load));
        cells.forEach(cell -> line.append(format("%9s", cell)));
        return line.toString();
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}

package dev.together.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.HdrHistogram.Histogram;

/**
 * What one measurement found.
 *
 * @param who what was measured
 * @param load under which load
 * @param values figures by name; the name says the unit
 */
record Figures(String who, String load, Map<String, Double> values) {

    static final String SENDS = "sends_per_second";
    static final String SEND = "send";
    static final String DELIVERY = "delivery";
    static final String DELIVERIES = "deliveries_per_second";
    static final String SERVER_CPU = "server_cpu_us_per_message";
    static final String DATABASE_CPU = "database_cpu_us_per_message";
    /** Cores that something else on the machine took meanwhile: where it is not near 0, the figures are not worth much. */
    static final String OTHERS = "other_cores";
    static final String LOST = "lost";
    static final String DOUBLED = "doubled";
    static final String FAILED = "failed";

    private static final double MICROS_A_MILLI = 1_000;

    static Figures of(String who, String load) {
        return new Figures(who, load, new LinkedHashMap<>());
    }

    Figures with(String name, double value) {
        values.put(name, value);
        return this;
    }

    /** The percentiles of a histogram of microseconds. */
    Figures with(String name, Histogram histogram) {
        if (histogram.getTotalCount() == 0) {
            return this;
        }
        return with(name + "_p50_ms", histogram.getValueAtPercentile(50) / MICROS_A_MILLI)
                .with(name + "_p95_ms", histogram.getValueAtPercentile(95) / MICROS_A_MILLI)
                .with(name + "_p99_ms", histogram.getValueAtPercentile(99) / MICROS_A_MILLI)
                .with(name + "_p999_ms", histogram.getValueAtPercentile(99.9) / MICROS_A_MILLI);
    }

    double value(String name) {
        return values.getOrDefault(name, Double.NaN);
    }

    /** One for each who and load, with the median of each value; of what must not happen, the sum. */
    static List<Figures> medians(List<Figures> rounds) {
        var groups = new LinkedHashMap<String, List<Figures>>();
        rounds.forEach(round -> groups.computeIfAbsent(round.who + "/" + round.load, key -> new ArrayList<>()).add(round));
        return groups.values().stream().map(Figures::median).toList();
    }

    private static Figures median(List<Figures> group) {
        var first = group.get(0);
        var median = of(first.who, first.load);
        for (var name : first.values.keySet()) {
            var sorted = group.stream().mapToDouble(round -> round.value(name)).sorted().toArray();
            boolean isFault = List.of(LOST, DOUBLED, FAILED).contains(name);
            median.values.put(name, isFault ? java.util.Arrays.stream(sorted).sum() : middle(sorted));
        }
        return median;
    }

    private static double middle(double[] sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}

package dev.together.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The application beside the limit and beside its peers, by medians of the same run. */
class Ratios {

    private static final String TOGETHER = "together";

    private final List<Figures> medians;
    private final Map<String, Double> ratios = new LinkedHashMap<>();

    Ratios(List<Figures> medians) {
        this.medians = medians;
    }

    /** By name; what was not measured is absent. */
    Map<String, Double> all() {
        var limit = "pgbench";
        var connections = Contestants.DATABASE_CONNECTIONS + " connections";
        add("sends a second, nobody online, to pgbench", Figures.SENDS, TOGETHER, Talks.SILENT, limit, connections);
        add("sends a second, 4 online each, to pgbench", Figures.SENDS, TOGETHER, "closed 64", limit, connections);
        for (var peer : List.of("before", "node", "cluster")) {
            beside(peer);
        }
        return ratios;
    }

    private void beside(String peer) {
        for (int concurrency : List.of(1, 16, 64)) {
            var load = "closed " + concurrency;
            add("sends a second, " + load + ", to " + peer, Figures.SENDS, TOGETHER, load, peer, load);
        }
        add("CPU a message, " + Talks.EQUAL + ", to " + peer, Figures.SERVER_CPU, TOGETHER, Talks.EQUAL, peer, Talks.EQUAL);
        add("CPU a message, closed 64, to " + peer, Figures.SERVER_CPU, TOGETHER, "closed 64", peer, "closed 64");
        for (var time : List.of("send_p99_ms", "delivery_p99_ms")) {
            add(time + ", " + Talks.EQUAL + ", to " + peer, time, TOGETHER, Talks.EQUAL, peer, Talks.EQUAL);
        }
        for (int size : FanOut.SIZES) {
            var load = FanOut.busy(size);
            add("deliveries a second, " + load + ", to " + peer, Figures.DELIVERIES, TOGETHER, load, peer, load);
        }
    }

    private void add(String name, String value, String who, String load, String other, String otherLoad) {
        double ratio = value(value, who, load) / value(value, other, otherLoad);
        if (!Double.isNaN(ratio)) {
            ratios.put(name, ratio);
        }
    }

    private double value(String value, String who, String load) {
        return medians.stream().filter(figures -> figures.who().equals(who) && figures.load().equals(load)).findFirst()
                .map(figures -> figures.value(value)).orElse(Double.NaN);
    }
}

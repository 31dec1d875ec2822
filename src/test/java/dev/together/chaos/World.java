package dev.together.chaos;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.together.testing.FragileDatabase;
import dev.together.testing.NatsServer;
import dev.together.testing.Proxy;
import dev.together.testing.TogetherProcess;

/** What is put to the test: processes of the packaged application on one database, and ways to them that can be cut. */
class World implements AutoCloseable {

    /** Clients here ask for seconds, not for minutes: what a join replays stays below every bound. */
    private static final Map<String, String> SHORT_TIMES = Map.of(
            "TOGETHER_REPLAY_RESUME_WINDOW", "120s",
            "TOGETHER_REPLAY_LIMIT", "4500",
            "TOGETHER_REALTIME_IDLE_TIMEOUT", "8s",
            "TOGETHER_REALTIME_QUEUE_BYTES", "1048576",
            "TOGETHER_LIMITS_SENDS_PER_SECOND", "1000",
            "TOGETHER_DRAIN_DELAY", "500ms",
            "TOGETHER_DRAIN_WINDOW", "1s");

    final Optional<NatsServer> nats;
    final FragileDatabase database;
    final List<TogetherProcess> processes;
    /** Another way to the first process, which is cut with the others. */
    final Proxy slowWay;
    private final List<Proxy> proxies;

    private World(int count, Optional<NatsServer> nats) {
        this.nats = nats;
        database = FragileDatabase.start();
        var environment = new HashMap<>(database.environment());
        environment.putAll(SHORT_TIMES);
        environment.put("TOGETHER_PODS", String.valueOf(count));
        nats.ifPresent(server -> environment.put("TOGETHER_NATS_URL", server.url()));
        processes = IntStream.range(0, count).mapToObj(index -> TogetherProcess.start(environment)).toList();
        proxies = processes.stream().map(process -> new Proxy(process.url())).toList();
        slowWay = new Proxy(processes.get(0).url());
    }

    static World ofOneProcess() {
        return new World(1, Optional.empty());
    }

    /** Two processes with NATS between them; skips the test where there is none. */
    static World ofTwoProcesses() {
        return new World(2, Optional.of(NatsServer.start()));
    }

    /** Where functions are called: nothing is in between. */
    List<URI> functions() {
        return processes.stream().map(TogetherProcess::url).toList();
    }

    /** Where websockets are opened. */
    List<URI> sockets() {
        return proxies.stream().map(Proxy::url).toList();
    }

    /** Loses about this share of the websockets; says how many. */
    int cut(double share, Random random) {
        return ways().mapToInt(proxy -> proxy.cut(share, random)).sum();
    }

    @Override
    public void close() {
        ways().forEach(Proxy::close);
        processes.forEach(TogetherProcess::close);
        nats.ifPresent(NatsServer::close);
        database.close();
    }

    private Stream<Proxy> ways() {
        return Stream.concat(proxies.stream(), Stream.of(slowWay));
    }
}

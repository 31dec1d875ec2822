package dev.together.history;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import dev.together.testing.FragileDatabase;
import dev.together.testing.Proxy;
import dev.together.testing.TogetherProcess;

/** What is put to the test: processes of the packaged application on one database, and ways to them that can be cut. */
class World implements AutoCloseable {

    final FragileDatabase database = FragileDatabase.start();
    final List<TogetherProcess> processes;
    final List<Proxy> proxies;

    World(int count, Map<String, String> more) {
        var environment = new HashMap<>(database.environment());
        // Clients here ask for seconds, not for minutes: what a join replays stays below every bound.
        environment.put("TOGETHER_REPLAY_RESUME_WINDOW", "30s");
        environment.put("TOGETHER_REPLAY_LIMIT", "4500");
        environment.put("TOGETHER_REALTIME_IDLE_TIMEOUT", "8s");
        environment.putAll(more);
        processes = IntStream.range(0, count).mapToObj(index -> TogetherProcess.start(environment)).toList();
        proxies = processes.stream().map(process -> new Proxy(process.url())).toList();
    }

    /** Where functions are called: nothing is in between. */
    List<URI> functions() {
        return processes.stream().map(TogetherProcess::url).toList();
    }

    /** Where websockets are opened. */
    List<URI> sockets() {
        return proxies.stream().map(Proxy::url).toList();
    }

    @Override
    public void close() {
        proxies.forEach(Proxy::close);
        processes.forEach(TogetherProcess::close);
        database.close();
    }
}

package dev.together.testing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

/** Packaged processes on one PostgreSQL, with one NATS between them. */
public class Pods implements AutoCloseable {

    public final NatsServer nats = NatsServer.start();
    private final TestDatabase database = new TestDatabase();
    private final Map<String, String> environment = new HashMap<>();
    private final List<TogetherProcess> all = new CopyOnWriteArrayList<>();

    public Pods() {
        environment.putAll(TogetherProcess.environment(database.start()));
        environment.put("TOGETHER_DATABASE_MIGRATE", "true");
        environment.put("TOGETHER_NATS_URL", nats.url());
        environment.put("TOGETHER_PODS", "2");
        environment.put("TOGETHER_DRAIN_DELAY", "1s");
        environment.put("TOGETHER_DRAIN_WINDOW", "2s");
    }

    /** Starts one more and waits until it is ready. */
    @CanIgnoreReturnValue
    public TogetherProcess start() {
        return start(Map.of());
    }

    /** The same with these variables besides. */
    public TogetherProcess start(Map<String, String> more) {
        var process = TogetherProcess.start(with(more));
        all.add(process);
        return process;
    }

    /** Starts one that may never be ready. */
    public TogetherProcess startUnready(Map<String, String> more) {
        var process = TogetherProcess.startUnready(with(more));
        all.add(process);
        return process;
    }

    @Override
    public void close() {
        all.forEach(TogetherProcess::close);
        nats.close();
        database.stop();
    }

    private Map<String, String> with(Map<String, String> more) {
        var variables = new HashMap<>(environment);
        variables.putAll(more);
        return variables;
    }
}

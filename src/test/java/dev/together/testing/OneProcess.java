package dev.together.testing;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A packaged process on a database that can be broken, for all tests of a class. */
@SuppressWarnings("NullAway.Init") // set before all
public class OneProcess implements BeforeAllCallback, AfterAllCallback {

    private final Map<String, String> more;
    private FragileDatabase database;
    private TogetherProcess process;

    public OneProcess() {
        this(Map.of());
    }

    /** @param more variables besides */
    public OneProcess(Map<String, String> more) {
        this.more = more;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        database = FragileDatabase.start();
        var environment = new HashMap<>(database.environment());
        environment.putAll(more);
        process = TogetherProcess.start(environment);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        process.close();
        database.close();
    }

    public FragileDatabase database() {
        return database;
    }

    public TogetherProcess process() {
        return process;
    }

    public URI url() {
        return process.url();
    }
}

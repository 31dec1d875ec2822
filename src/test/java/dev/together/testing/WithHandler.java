package dev.together.testing;

import java.util.HashMap;
import java.util.Map;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;

/** Modes with a handler: {@code ask} is always answered, {@code analyze} when asked to, {@code brief} has no patience. */
public class WithHandler implements QuarkusTestResourceLifecycleManager {

    public static final String SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    private final TestHandler handler = new TestHandler();

    @Override
    public Map<String, String> start() {
        return settings(handler);
    }

    /** The settings of this handler. */
    public static Map<String, String> settings(TestHandler handler) {
        var settings = new HashMap<String, String>();
        for (var mode : new String[] { "ask", "analyze", "brief", "agents" }) {
            settings.put("together.assistant." + mode + ".url", handler.url("/" + mode).toString());
            settings.put("together.assistant." + mode + ".when", mode.equals("analyze") ? "analyze" : "always");
        }
        settings.put("together.assistant.ask.secret", SECRET);
        settings.put("together.assistant.ask.bearer", "let-me-in");
        settings.put("together.assistant.brief.timeout", "4s");
        settings.put("together.assistant.brief.silence", "2s");
        settings.put("together.assistant.agents.agents", "true");
        return settings;
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(handler, new TestInjector.MatchesType(TestHandler.class));
    }

    @Override
    public void stop() {
        handler.close();
    }
}

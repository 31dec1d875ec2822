package dev.together.local;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * Serves the page at {@code /} and at the link of each conversation, {@code /join/<conversation id>}; its files are static
 * resources, bundled from {@code src/local/web}.
 */
@Singleton
class Page {

    private static final String INDEX = "META-INF/resources/index.html";
    private static final String MISSING = """
            Together is running, but this build has no page: Node.js and npm were not there when it was made.
            Install them (on Debian: apt-get install nodejs npm) and build again. Everything else works without.
            """;

    void serve(@Observes Router router) {
        if (Thread.currentThread().getContextClassLoader().getResource(INDEX) == null) {
            router.get("/").handler(Page::explain);
            router.get("/join/*").handler(Page::explain);
        } else {
            router.get("/join/*").handler(request -> request.reroute("/"));
        }
    }

    private static void explain(RoutingContext request) {
        request.response().setStatusCode(404).putHeader("Content-Type", "text/plain; charset=utf-8").end(MISSING);
    }
}

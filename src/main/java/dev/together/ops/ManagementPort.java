package dev.together.ops;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.ext.web.Route;

/** Keeps health and metrics from pages of other origins, to which Quarkus would show them. */
@Singleton
class ManagementPort {

    private static final String CORS = "CorsHandler";

    /** Quarkus adds it without being asked, before all that can be added here; it answers preflights by itself. */
    void route(@Observes ManagementInterface management) {
        management.router().getRoutes().stream().filter(ManagementPort::isCors).forEach(Route::remove);
    }

    /** A route tells its handlers in words only. */
    private static boolean isCors(Route route) {
        return route.toString().contains(CORS);
    }
}

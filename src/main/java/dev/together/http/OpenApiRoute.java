package dev.together.http;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import io.vertx.ext.web.Router;

/**
 * The description of the functions, where clients of Quarkus look for it: the file {@code openapi.yaml}. An extension that
 * serves one parses and writes it at each start.
 */
@Singleton
class OpenApiRoute {

    private static final String FILE = "/openapi.yaml";
    private static final int BEFORE_SWAGGER_UI = -1;

    void route(@Observes Router router) {
        router.get("/q/openapi").order(BEFORE_SWAGGER_UI).handler(context -> context.reroute(FILE));
    }
}

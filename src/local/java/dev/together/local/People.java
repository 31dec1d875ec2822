package dev.together.local;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.together.identity.Role;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/**
 * Stands in for what a real deployment has elsewhere: a sign-in, and a directory of names. Anybody may sign in as anybody,
 * which is why it is in local mode only. Names are forgotten when the process ends.
 */
@Singleton
class People {

    private static final int MOST_PEOPLE = 10_000;
    private static final int LONGEST_NAME = 40;
    private static final int MOST_BYTES = 4096;
    private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "localhost", "[::1]");

    private final TokenIssuer mint;
    private final Cache<UUID, String> names = Caffeine.newBuilder().maximumSize(MOST_PEOPLE).build();

    People(TokenIssuer mint) {
        this.mint = mint;
    }

    void serve(@Observes Router router) {
        router.route("/local/*").handler(People::requireOwnPage);
        router.post("/local/session").handler(BodyHandler.create(false).setBodyLimit(MOST_BYTES)).handler(this::signIn);
        router.get("/local/people").handler(this::name);
    }

    /** Other sites that the browser has open must not get a token, nor one whose name has come to mean this machine. */
    private static void requireOwnPage(RoutingContext request) {
        var site = request.request().getHeader("Sec-Fetch-Site");
        var host = request.request().authority();
        boolean isThisMachine = host != null && THIS_MACHINE.contains(host.host().toLowerCase(Locale.ROOT));
        if (isThisMachine && (site == null || site.equals("same-origin"))) {
            request.next();
        } else {
            refuse(request, 403, "Only the page itself may ask for this");
        }
    }

    /** {@code {name, user_id?}} gives {@code {user_id, token, expires_at, anon_key}}; without an id, somebody new. */
    private void signIn(RoutingContext request) {
        var body = json(request);
        var user = body.flatMap(People::user);
        var name = body.map(json -> String.valueOf(json.getValue("name", "")).strip()).orElse("");
        if (user.isEmpty() || name.isEmpty() || name.length() > LONGEST_NAME) {
            refuse(request, 400, "`name` must have 1 to 40 characters, and `user_id`, if given, must be a UUID");
            return;
        }
        names.put(user.get(), name);
        answer(request.response(), new JsonObject()
                .put("user_id", user.get().toString())
                .put("token", mint.token(user.get()))
                .put("expires_at", mint.expiry().getEpochSecond())
                .put("anon_key", mint.key(Role.ANON)));
    }

    /** {@code ?id=…&id=…} gives {@code {"<id>": "<name>"}} of those who signed in. */
    private void name(RoutingContext request) {
        var found = new JsonObject();
        request.queryParam("id").forEach(id -> uuid(id).map(names::getIfPresent).ifPresent(name -> found.put(id, name)));
        answer(request.response(), found);
    }

    private static Optional<JsonObject> json(RoutingContext request) {
        try {
            return Optional.ofNullable(request.body().asJsonObject());
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<UUID> user(JsonObject body) {
        var given = body.getValue("user_id");
        return given == null ? Optional.of(UUID.randomUUID()) : uuid(given.toString());
    }

    private static Optional<UUID> uuid(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static void refuse(RoutingContext request, int status, String sentence) {
        answer(request.response().setStatusCode(status), new JsonObject().put("error", sentence));
    }

    /** A failure here is a connection that has gone: nobody is left to tell. */
    private static void answer(HttpServerResponse response, JsonObject body) {
        response.putHeader("Content-Type", "application/json").putHeader("Cache-Control", "no-store");
        response.send(body.encode()).onFailure(gone -> response.reset());
    }
}

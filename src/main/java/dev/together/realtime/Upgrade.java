package dev.together.realtime;

import java.time.Duration;
import java.util.List;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.together.Settings;
import dev.together.http.RequestBudget;
import dev.together.identity.Caller;
import dev.together.identity.TokenRefused;
import dev.together.identity.Tokens;
import dev.together.log.LogEvent;
import io.github.bucket4j.Bucket;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Decides whether a websocket is opened; says why not in HTTP, before the protocol begins. */
@Singleton
class Upgrade {

    private static final String ALIAS = "/socket/websocket";
    /** Without the seconds, as upstream: clients show it. */
    private static final String EXPIRED = "Token has expired";
    private static final int BEFORE_THE_ENDPOINT = -1_000;
    private static final String WEBSOCKET_VERSION = "13";

    private final Tokens tokens;
    private final Connections connections;
    private final HolderLimit holders;
    private final AddressLimit addresses;
    private final RequestBudget budget;
    private final RealtimeMetrics metrics;
    private final Settings.Realtime settings;
    private final Bucket upgrades;

    Upgrade(Tokens tokens, Connections connections, HolderLimit holders, AddressLimit addresses,
            RequestBudget budget, RealtimeMetrics metrics, Settings settings) {
        this.tokens = tokens;
        this.connections = connections;
        this.holders = holders;
        this.addresses = addresses;
        this.budget = budget;
        this.metrics = metrics;
        this.settings = settings.realtime();
        int rate = this.settings.upgradesPerSecond();
        this.upgrades = Bucket.builder()
                .addLimit(limit -> limit.capacity(2L * rate).refillGreedy(rate, Duration.ofSeconds(1))).build();
    }

    void route(@Observes Router router) {
        router.route(RealtimeSocket.PATH).order(BEFORE_THE_ENDPOINT).handler(this::check).failureHandler(this::fail);
        router.route(ALIAS).order(BEFORE_THE_ENDPOINT).handler(Upgrade::reroute);
    }

    private static void reroute(RoutingContext context) {
        var query = context.request().query();
        context.reroute(RealtimeSocket.PATH + (query == null ? "" : "?" + query));
    }

    private void check(RoutingContext context) {
        var request = context.request();
        if (!connections.isServed()) {
            refuse(context, 404, "not_served", "There is no websocket here");
            return;
        }
        if (connections.isDraining()) {
            context.response().putHeader(HttpHeaderNames.RETRY_AFTER, "1");
            refuse(context, 503, "draining", "Restarting");
            return;
        }
        if (!request.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)) {
            refuse(context, 426, "not_a_websocket", "This is a websocket");
            return;
        }
        if (!WEBSOCKET_VERSION.equals(request.getHeader(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            context.response().putHeader(HttpHeaderNames.SEC_WEBSOCKET_VERSION, WEBSOCKET_VERSION);
            refuse(context, 426, "websocket_version", "This is a websocket of version " + WEBSOCKET_VERSION);
            return;
        }
        if (!isAllowedOrigin(request.getHeader(HttpHeaderNames.ORIGIN))) {
            refuse(context, 403, "origin", "This origin is not allowed");
            return;
        }
        if (connections.count() >= settings.connections() || !upgrades.tryConsume(1)) {
            refuse(context, 429, "too_many", "Too many connections");
            return;
        }
        var handshake = Handshake.of(request.getHeader(Handshake.KEY_HEADER), request.query());
        if (!handshake.isKnownVersion()) {
            metrics.upgradeRefused("version");
            context.response().setStatusCode(403).end();
            return;
        }
        check(context, handshake);
    }

    private void check(RoutingContext context, Handshake handshake) {
        if (handshake.apiKey().isEmpty()) {
            refuse(context, 401, "no_key", "API key is missing");
            return;
        }
        // The upgrade itself resumes the request: one that has been read to its end cannot be upgraded.
        context.request().pause();
        tokens.verify(handshake.apiKey()).subscribe().with(caller -> admit(context, caller), failure -> {
            context.request().resume();
            refuse(context, failure);
        });
    }

    private void admit(RoutingContext context, Caller caller) {
        var request = context.request();
        if (!holders.hasHeadroom(caller) || !addresses.admits(request.remoteAddress(), channel(request))) {
            request.resume();
            refuse(context, 429, "too_many", "Too many connections");
            return;
        }
        StrictFrames.on(request, settings.broadcastBytes(), budget);
        context.next();
    }

    private static Channel channel(HttpServerRequest request) {
        return ((ConnectionBase) request.connection()).channel();
    }

    /** A client that was gone before it was let in; the address, which has its key, is not for the log. */
    private void fail(RoutingContext context) {
        LogEvent.debug(Upgrade.class, "upgrade_failed").with("error", context.failure()).log();
        if (!context.response().ended()) {
            refuse(context, 400, "failed", "The websocket could not be opened");
        }
    }

    private void refuse(RoutingContext context, Throwable failure) {
        if (failure instanceof TokenRefused refused) {
            refuse(context, 401, refused.code(), refused.isExpiry() ? EXPIRED : String.valueOf(refused.getMessage()));
        } else {
            LogEvent.error(Upgrade.class, "upgrade_failed").with(failure).log();
            refuse(context, 500, "failed", "Something went wrong here");
        }
    }

    private void refuse(RoutingContext context, int status, String reason, String error) {
        metrics.upgradeRefused(reason);
        context.response().setStatusCode(status)
                .putHeader(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .end(new JsonObject().put("error", error).encode());
    }

    private boolean isAllowedOrigin(@Nullable String origin) {
        var allowed = settings.allowedOrigins().orElse(List.of());
        return allowed.isEmpty() || origin == null || allowed.contains(origin);
    }
}

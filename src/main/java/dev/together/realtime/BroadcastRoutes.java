package dev.together.realtime;

import java.util.regex.Pattern;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * The other address of {@link BroadcastApi}, for clients that no gateway stands before, and names that are no paths: each goes
 * on with a sign before it, since {@code ..} alone would be taken for the folder above.
 */
@Singleton
class BroadcastRoutes {

    /** Where {@link BroadcastApi} is. */
    private static final String PATH = "/realtime/v1/api/broadcast";
    private static final int BEFORE_ALL = -1_000;
    private static final String SEEN = "dev.together.broadcast";
    private static final String SIGN = "=";
    private static final Pattern BATCH = Pattern.compile("/api/broadcast/?");
    private static final Pattern SINGLE = Pattern.compile("(?:/realtime/v1)?/api/broadcast/([^/]+)/events/([^/]+)/?");

    void route(@Observes Router router) {
        router.route().order(BEFORE_ALL).handler(BroadcastRoutes::reroute);
    }

    /** What the name was before it was marked. */
    static String unmarked(String name) {
        return name.substring(SIGN.length());
    }

    private static void reroute(RoutingContext context) {
        // As it was sent: the router itself takes dots for folders.
        var path = context.request().path();
        if (path == null || !path.contains("/api/broadcast") || context.get(SEEN) != null) {
            context.next();
            return;
        }
        var single = SINGLE.matcher(path);
        if (single.matches()) {
            to(context, PATH + "/" + SIGN + single.group(1) + "/events/" + SIGN + single.group(2));
        } else if (BATCH.matcher(path).matches()) {
            to(context, PATH);
        } else {
            context.next();
        }
    }

    private static void to(RoutingContext context, String path) {
        context.put(SEEN, path);
        var query = context.request().query();
        context.reroute(query == null ? path : path + "?" + query);
    }
}

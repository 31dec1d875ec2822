package dev.together.http;

import static dev.together.http.Failure.Code.NOT_FOUND;

import java.util.regex.Pattern;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestContext;

import org.jboss.resteasy.reactive.server.ServerRequestFilter;

import dev.together.Settings;

/**
 * Answers 404 to what this process does not serve ({@code together.serves}).
 *
 * <p>
 * Made at the first request: filters are wired while the application is built or starts, before there are settings.
 */
@ApplicationScoped
class ServesFilter {

    private static final Pattern FUNCTION = Pattern.compile("/functions/v1/([^/]+).*");

    private final Settings settings;

    ServesFilter(Settings settings) {
        this.settings = settings;
    }

    @ServerRequestFilter(preMatching = true)
    void check(ContainerRequestContext request) {
        var path = request.getUriInfo().getPath();
        var function = FUNCTION.matcher(path);
        if ((function.matches() && !Settings.isServed(settings, function.group(1)))
                || (path.startsWith("/realtime/") && !Settings.isServed(settings, "realtime"))
                || (path.startsWith("/rest/") && !Settings.isServed(settings, "rest"))) {
            throw new Failure(NOT_FOUND, "There is no such function here");
        }
    }
}

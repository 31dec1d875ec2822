package dev.together.ops;

import java.util.Set;

import jakarta.inject.Singleton;

import dev.together.Settings;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;

/**
 * Keeps the labels of HTTP few. They come from the request, also from one that was refused before anybody knew where it
 * goes, and each new value is a series for ever.
 */
@Singleton
class MetricCardinality implements MeterFilter {

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final String FUNCTIONS = "/functions/v1/";
    private static final Set<String> OTHERS = Set.of("/realtime/v1/api/broadcast",
            "/realtime/v1/api/broadcast/{topic}/events/{event}", "/rest/v1/{table}", "/asyncapi.yaml");

    @Override
    public Meter.Id map(Meter.Id id) {
        if (!id.getName().startsWith("http.server.")) {
            return id;
        }
        return id.replaceTags(id.getTags().stream().map(MetricCardinality::bounded).toList());
    }

    private static Tag bounded(Tag tag) {
        boolean isUnknown = (tag.getKey().equals("method") && !METHODS.contains(tag.getValue()))
                || (tag.getKey().equals("uri") && !isRoute(tag.getValue()));
        return isUnknown ? Tag.of(tag.getKey(), "UNKNOWN") : tag;
    }

    /** Whether it is one of ours, or a word of Quarkus' such as {@code NOT_FOUND}. */
    private static boolean isRoute(String uri) {
        return uri.startsWith(FUNCTIONS) ? Settings.SERVABLE.contains(uri.substring(FUNCTIONS.length()))
                : OTHERS.contains(uri) || !uri.startsWith("/");
    }
}

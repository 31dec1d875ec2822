package dev.together.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashSet;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;

/** The events that a channel has delivered, so that joining it again misses nothing and repeats nothing. */
class SeenEvents {

    /** What happened so long before the last event may yet come: another process publishes it late. */
    private static final Duration MAY_BE_LATE = Duration.ofMinutes(2);
    private static final int REMEMBERED = 10_000;

    private final Set<String> ids = new LinkedHashSet<>();
    private final Instant begin;
    private Instant last;
    private int count;

    SeenEvents(Instant begin) {
        this.begin = begin;
        this.last = begin;
    }

    /** Takes in a broadcast; false for one that was seen before. */
    boolean isNews(JsonNode broadcast) {
        var id = broadcast.path("meta").path("id").asText();
        if (!id.isEmpty() && !ids.add(id)) {
            return false;
        }
        if (ids.size() > REMEMBERED) {
            var oldest = ids.iterator();
            oldest.next();
            oldest.remove();
        }
        var at = time(broadcast.path("payload"));
        last = at.isAfter(last) ? at : last;
        count++;
        return true;
    }

    int count() {
        return count;
    }

    /** The configuration of a join that asks for what may have been missed. */
    JsonNode replay() {
        var since = last.minus(MAY_BE_LATE).isAfter(begin) ? last.minus(MAY_BE_LATE) : begin;
        var config = Access.JSON.createObjectNode();
        config.putObject("broadcast").putObject("replay").put("since", since.toEpochMilli());
        return config;
    }

    /** When it happened; the beginning where it does not say. */
    private Instant time(JsonNode payload) {
        try {
            return Instant.parse(payload.path("message").path("created_at")
                    .asText(payload.path("data").path("updated_at").asText()));
        } catch (DateTimeParseException e) {
            return begin;
        }
    }
}

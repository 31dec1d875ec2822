package dev.together.realtime;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a client asks for when it joins. Unknown and ill-typed settings count as not given, as upstream; only a replay must
 * be right.
 *
 * @param ref the join's own ref, which the channel keeps
 * @param token what the client offers beside its key; empty for none
 * @param isPrivate which flavour of the topic
 * @param isAck whether its broadcasts are answered
 * @param isSelf whether it hears its own broadcasts
 * @param wantsPresence whether it expects a presence state
 */
record JoinRequest(@Nullable String ref, Optional<String> token, boolean isPrivate, boolean isAck, boolean isSelf,
        boolean wantsPresence, boolean wantsReplicationReady, Optional<Replay> replay) {

    private static final String OPAQUE = "sb_";
    private static final int MOST_CHANGES = 100;

    /**
     * A replay that was asked for.
     *
     * @param limit the newest so many; empty for as many as the server gives
     */
    record Replay(Instant since, Optional<Integer> limit) {
    }

    /** A replay that is none. */
    static class InvalidReplay extends Exception {

        private static final long serialVersionUID = 1L;
    }

    /** What the frame asks for; fails with {@link JoinRefused} where that is too much. */
    static JoinRequest of(Frame frame) throws InvalidReplay {
        if (asked(frame).size() > MOST_CHANGES) {
            throw new JoinRefused(
                    "InvalidJoinPayload: `config.postgres_changes` must have at most " + MOST_CHANGES + " entries");
        }
        var config = frame.payload().path("config");
        var broadcast = config.path("broadcast");
        return new JoinRequest(frame.ref(), token(frame.payload()), isTrue(config.path("private")),
                isTrue(broadcast.path("ack")), isTrue(broadcast.path("self")),
                isTrue(config.path("presence").path("enabled")), isTrue(broadcast.path("replication_ready")),
                replay(broadcast.path("replay")));
    }

    private static Optional<String> token(JsonNode payload) {
        var token = payload.path("user_token").isTextual() ? payload.path("user_token") : payload.path("access_token");
        return Optional.ofNullable(token.textValue()).filter(text -> !text.isEmpty() && !text.startsWith(OPAQUE));
    }

    private static boolean isTrue(JsonNode node) {
        return node.isBoolean() ? node.booleanValue() : "true".equals(node.textValue());
    }

    /** The frame's postgres_changes, echoed with an id each; no rows are ever sent, so the channel does not keep them. */
    static List<Map<String, Object>> changes(Frame frame) {
        var echoed = new ArrayList<Map<String, Object>>();
        for (var change : asked(frame)) {
            var echo = new LinkedHashMap<String, Object>();
            change.fields().forEachRemaining(field -> echo.put(field.getKey(), field.getValue()));
            echo.put("id", echoed.size() + 1);
            echoed.add(echo);
        }
        return echoed;
    }

    private static JsonNode asked(Frame frame) {
        return frame.payload().path("config").path("postgres_changes");
    }

    private static Optional<Replay> replay(JsonNode asked) throws InvalidReplay {
        if (asked.isMissingNode() || asked.isNull()) {
            return Optional.empty();
        }
        var since = asked.path("since");
        var limit = asked.path("limit");
        boolean hasLimit = !limit.isMissingNode() && !limit.isNull();
        if (!since.isIntegralNumber() || !since.canConvertToLong() || Math.abs(since.longValue()) > 1L << 50
                || (hasLimit && !limit.isIntegralNumber())) {
            throw new InvalidReplay();
        }
        var most = hasLimit ? Optional.of((int) Math.max(1, Math.min(limit.longValue(), Integer.MAX_VALUE)))
                : Optional.<Integer> empty();
        return Optional.of(new Replay(Instant.ofEpochMilli(Math.max(0, since.longValue())), most));
    }
}

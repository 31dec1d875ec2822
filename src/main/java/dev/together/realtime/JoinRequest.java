package dev.together.realtime;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.JsonNode;

import dev.together.log.LogEvent;

/**
 * What a client asks for when it joins. Unknown and ill-typed settings count as not given, as upstream; only what a replay
 * says must be right.
 *
 * @param ref the join_ref that the channel keeps: the join's own, or where it gives none, its ref
 * @param token what the client offers beside its key; empty for none
 * @param isPrivate which flavour of the topic
 * @param isAck whether its broadcasts are answered
 * @param isSelf whether it hears its own broadcasts
 * @param wantsPresence whether it expects a presence state
 * @param presenceKey under which it is seen where it tracks something; empty for one of its own
 */
record JoinRequest(@Nullable String ref, Optional<String> token, boolean isPrivate, boolean isAck, boolean isSelf,
        boolean wantsPresence, Optional<String> presenceKey, boolean wantsReplicationReady, Optional<Replay> replay) {

    private static final String OPAQUE = "sb_";
    private static final int MOST_CHANGES = 100;
    private static final int MOST_KEY_BYTES = 255;
    private static final List<String> BOOLEANS = List.of("/private", "/broadcast/ack", "/broadcast/self",
            "/broadcast/replication_ready", "/presence/enabled");
    private static final List<String> OBJECTS = List.of("", "/broadcast", "/broadcast/replay", "/presence");

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
        var illTyped = illTyped(config);
        if (!illTyped.isEmpty()) {
            LogEvent.warn(Joins.class, "join_payload_invalid").with("fields", String.join(", ", illTyped)).log();
        }
        return new JoinRequest(joinRef(frame), token(frame.payload()), isTrue(config.path("private")),
                isTrue(broadcast.path("ack")), isTrue(broadcast.path("self")),
                isTrue(config.path("presence").path("enabled")), presenceKey(config.path("presence").path("key")),
                isTrue(broadcast.path("replication_ready")),
                replay(broadcast.path("replay")));
    }

    /** The same, with a replay of all since then where it asks for none. */
    JoinRequest orReplay(Instant since) {
        return replay.isPresent() ? this
                : new JoinRequest(ref, token, isPrivate, isAck, isSelf, wantsPresence, presenceKey, wantsReplicationReady,
                        Optional.of(new Replay(since, Optional.empty())));
    }

    private static Optional<String> presenceKey(JsonNode key) {
        var text = key.isValueNode() && !key.isNull() ? key.asText() : "";
        if (text.getBytes(StandardCharsets.UTF_8).length > MOST_KEY_BYTES) {
            throw new JoinRefused("InvalidJoinPayload: `config.presence.key` must have at most " + MOST_KEY_BYTES + " bytes");
        }
        return Optional.of(text).filter(found -> !found.isEmpty());
    }

    /** What the channel's later frames say; a client that gives none says the join's own ref. */
    private static @Nullable String joinRef(Frame frame) {
        return frame.joinRef() == null ? frame.ref() : frame.joinRef();
    }

    /** The settings whose type is wrong, by name: they count as not given, and an operator can see it. */
    private static List<String> illTyped(JsonNode config) {
        var found = new ArrayList<String>();
        for (var name : BOOLEANS) {
            var node = config.at(name);
            if (!isAbsent(node) && !node.isBoolean() && !isWord(node)) {
                found.add("config" + name.replace('/', '.'));
            }
        }
        for (var name : OBJECTS) {
            var node = config.at(name);
            if (!isAbsent(node) && !node.isObject()) {
                found.add("config" + name.replace('/', '.'));
            }
        }
        return found;
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static boolean isWord(JsonNode node) {
        return "true".equalsIgnoreCase(node.textValue()) || "false".equalsIgnoreCase(node.textValue());
    }

    /**
     * Whether this is a supabase-js before 2.54 that has no token but its key yet: it does not join again after a refusal,
     * though it will
     * have one in a moment, but after {@code phx_error} it does. It is known by a presence that does not say whether it is
     * enabled.
     */
    static boolean isStuckWhenRefused(Frame frame, String apiKey) {
        var presence = frame.payload().path("config").path("presence");
        return token(frame.payload()).orElse(apiKey).equals(apiKey) && presence.isObject() && !presence.has("enabled");
    }

    private static Optional<String> token(JsonNode payload) {
        var token = payload.path("user_token").isTextual() ? payload.path("user_token") : payload.path("access_token");
        return Optional.ofNullable(token.textValue()).filter(text -> !text.isEmpty() && !text.startsWith(OPAQUE));
    }

    private static boolean isTrue(JsonNode node) {
        return node.isBoolean() ? node.booleanValue() : "true".equalsIgnoreCase(node.textValue());
    }

    /**
     * The frame's postgres_changes, echoed with an id each, what is none left out as upstream; no rows are ever sent, so the
     * channel does not keep them.
     */
    static List<Map<String, Object>> changes(Frame frame) {
        var echoed = new ArrayList<Map<String, Object>>();
        for (var change : asked(frame)) {
            if (!change.isObject()) {
                continue;
            }
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
        if (!asked.isObject()) {
            return Optional.empty();
        }
        var since = asked.path("since");
        var limit = asked.path("limit");
        boolean hasLimit = !isAbsent(limit);
        if (!since.isIntegralNumber() || !since.canConvertToLong() || Math.abs(since.longValue()) > 1L << 50
                || (hasLimit && !limit.isIntegralNumber())) {
            throw new InvalidReplay();
        }
        var most = hasLimit ? Optional.of((int) Math.max(1, Math.min(limit.longValue(), Integer.MAX_VALUE)))
                : Optional.<Integer> empty();
        return Optional.of(new Replay(Instant.ofEpochMilli(Math.max(0, since.longValue())), most));
    }
}

package dev.together.realtime;

import dev.together.identity.TokenRefused;
import dev.together.log.LogEvent;

/** Why a client may not join, as the protocol says it: {@code <Code>: <text>}. */
class JoinRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    JoinRefused(String reason) {
        super(reason, null, false, false);
    }

    /** The refusal that this failure amounts to. */
    static JoinRefused of(Throwable failure) {
        if (failure instanceof JoinRefused refused) {
            return refused;
        }
        if (failure instanceof TokenRefused refused) {
            return new JoinRefused(refused.code() + ": " + refused.getMessage());
        }
        LogEvent.warn(Joins.class, "join_failed").with(failure).log();
        return new JoinRefused("RealtimeRestarting: Realtime is restarting, please standby");
    }

    static JoinRefused unauthorized(Topic topic) {
        return new JoinRefused("Unauthorized: You do not have permissions to read from this Channel topic: " + topic.name());
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    /** The part before the colon. */
    String code() {
        int end = reason().indexOf(':');
        return end < 0 ? reason() : reason().substring(0, end);
    }
}

package dev.together.realtime;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Tells a client's first connection from one that it lost and opened again, by the first frame: a second sign beside
 * {@link LastSeen}, for what that cannot know.
 *
 * <p>
 * supabase-js counts the refs of all its frames through reconnects and never resets them. A new client begins with 1,
 * or with 6 from 2.100 on, at once; a client that returns goes on from where it was: 2 or more, or 10 or more. Clients
 * before 2.100 may return with exactly 6, but wait for seconds before they join again. When this errs, a new client gets
 * what its user could have seen in the last minutes, with the same ids and marked as replayed: harmless. Other clients
 * count anew on each socket.
 */
class ReconnectDetector {

    /** The refs that first frames of client objects have: old supabase-js and most others, and supabase-js from 2.100. */
    private static final Set<String> FIRST_REFS = Set.of("1", "6");
    private static final String NEW_CLIENT_FIRST_REF = "6";
    private static final Duration PROMPT = Duration.ofSeconds(1);

    private final boolean isV2;
    private final Instant openedAt;
    private @Nullable Boolean isReturning;

    ReconnectDetector(boolean isV2, Instant openedAt) {
        this.isV2 = isV2;
        this.openedAt = openedAt;
    }

    /** A frame has come; only the first one is looked at. */
    void see(Frame frame, Instant now) {
        if (isReturning == null) {
            var ref = frame.ref();
            isReturning = ref != null && !isFirst(ref, now);
        }
    }

    private boolean isFirst(String ref, Instant now) {
        if (!FIRST_REFS.contains(ref)) {
            return false;
        }
        return !ref.equals(NEW_CLIENT_FIRST_REF) || (isV2 && Duration.between(openedAt, now).compareTo(PROMPT) < 0);
    }

    /** Whether its client was connected before, and may have missed something. */
    boolean isReturning() {
        return Boolean.TRUE.equals(isReturning);
    }
}

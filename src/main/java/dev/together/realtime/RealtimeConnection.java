package dev.together.realtime;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import dev.together.Settings;
import dev.together.identity.Caller;
import io.github.bucket4j.Bucket;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.WebSocketConnection;
import io.vertx.core.Context;

/** One websocket and what it has joined. Its frames are handled one after another, on its own event loop. */
class RealtimeConnection {

    /** The refs that first frames of client objects have: old supabase-js and most others, and supabase-js from 2.100. */
    private static final Set<String> FIRST_REFS = Set.of("1", "6");
    private static final String NEW_CLIENT_FIRST_REF = "6";
    private static final Duration PROMPT = Duration.ofSeconds(1);

    /** So many times the frames of a second may come at once, or the channels of a client that returns with all of them. */
    private static final int FRAMES_AT_ONCE = 4;
    private static final int JOINS_AT_ONCE = 10;
    private static final long BYTES_AT_ONCE = 4;

    final FrameFormat format;
    final InboundQueue incoming;
    final OutboundQueue outgoing;
    /** For what its subscriptions gather, all together: as much again as may wait to be written. */
    final QueueBudget room;
    final String apiKey;
    final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>(2);

    private final WebSocketConnection socket;
    private final Context context;
    private final Instant openedAt;
    private final Bucket frames;
    private final Bucket bytes;
    private final Bucket joins;
    private volatile Instant lastFrameAt;
    private volatile Instant lastInUseAt;
    private volatile Instant keyExpiresAt = Instant.MAX;
    private volatile boolean isClosed;
    private @Nullable Boolean isReturning;
    private int refusals;

    RealtimeConnection(WebSocketConnection socket, Context context, FrameFormat format, String apiKey,
            Settings.Realtime limits, ProcessBudget shared, RealtimeMetrics metrics, Instant now) {
        this.socket = socket;
        this.context = context;
        this.format = format;
        this.apiKey = apiKey;
        this.incoming = new InboundQueue(context, limits);
        this.outgoing = new OutboundQueue(socket, context, limits, shared, metrics);
        this.room = new QueueBudget(limits, shared);
        this.openedAt = now;
        this.lastFrameAt = now;
        this.lastInUseAt = now;
        this.frames = bucket(limits.framesPerSecond(), framesAtOnce(limits));
        this.bytes = bucket(limits.bytesPerSecond(), BYTES_AT_ONCE * limits.bytesPerSecond());
        this.joins = bucket(limits.joinsPerSecond(), joinsAtOnce(limits));
    }

    String id() {
        return socket.id();
    }

    /** Runs something where the connection's frames are handled. */
    void run(Runnable command) {
        context.runOnContext(start -> command.run());
    }

    /** A frame of so many bytes has come; says whether it is allowed now. */
    boolean admitsFrame(Instant now, int size) {
        lastFrameAt = now;
        return admitsControlFrame() && bytes.tryConsume(Math.max(1, size));
    }

    /** A ping or a pong has come, which is no sign of life; says whether it is allowed now. */
    boolean admitsControlFrame() {
        return frames.tryConsume(1);
    }

    /** Whether one more join is allowed now. */
    boolean admitsJoin() {
        return joins.tryConsume(1);
    }

    boolean isIdleSince(Instant then) {
        return lastFrameAt.isBefore(then);
    }

    /** It has a channel, or had one until now. */
    void isInUse(Instant now) {
        lastInUseAt = now;
    }

    boolean isUnusedSince(Instant then) {
        return lastInUseAt.isBefore(then);
    }

    /** With whose key it was opened. */
    void openedBy(Caller caller) {
        keyExpiresAt = caller.expiresAt();
    }

    boolean hasKeyThatEndedBefore(Instant then) {
        return keyExpiresAt.isBefore(then);
    }

    boolean isClosed() {
        return isClosed;
    }

    /** Whether nothing that is sent now would reach the client. */
    boolean isEnding() {
        return isClosed || outgoing.isClosing();
    }

    void closed() {
        isClosed = true;
        incoming.end();
        outgoing.closed();
        room.close();
    }

    void close(CloseReason reason) {
        outgoing.close(reason);
    }

    /**
     * Looks at the first frame, whether this is a client's first connection or one that it lost and opened again: a second
     * sign beside {@link LastSeen}, for what that cannot know.
     *
     * <p>
     * supabase-js counts the refs of all its frames through reconnects and never resets them. A new client begins with 1,
     * or with 6 from 2.100 on, at once; a client that returns goes on from where it was: 2 or more, or 10 or more. Clients
     * before 2.100 may return with exactly 6, but wait for seconds before they join again. When this errs, a new client gets
     * what its user could have seen in the last minutes, with the same ids and marked as replayed: harmless. Other clients
     * count anew on each socket.
     */
    void detectReconnect(Frame frame, Instant now) {
        if (isReturning == null) {
            var ref = frame.ref();
            isReturning = ref != null && !isFirst(ref, now);
        }
    }

    private boolean isFirst(String ref, Instant now) {
        if (!FIRST_REFS.contains(ref)) {
            return false;
        }
        return !ref.equals(NEW_CLIENT_FIRST_REF)
                || (format.isBinary() && Duration.between(openedAt, now).compareTo(PROMPT) < 0);
    }

    /** Whether its client was connected before, and may have missed something. */
    boolean isReturning() {
        return Boolean.TRUE.equals(isReturning);
    }

    /** A join was refused; says how long the answer waits: not at all at first. */
    Duration refused() {
        return Duration.ofSeconds(Math.min(5, refusals++));
    }

    void accepted() {
        refusals = 0;
    }

    void reply(Frame frame, String status, Object response) {
        send(frame.joinRef(), frame.ref(), frame.topic(), "phx_reply", new Reply(status, response));
    }

    void replyOk(Frame frame) {
        reply(frame, "ok", Map.of());
    }

    void replyError(Frame frame, String reason) {
        reply(frame, "error", Map.of("reason", reason));
    }

    /** Says that the channel of this join has failed; the client joins it again. */
    void sendError(Frame frame) {
        send(frame.joinRef(), frame.ref(), frame.topic(), "phx_error", Map.of());
    }

    /** Says that the channel is closed for good; the client does not come back to it. */
    void sendClose(Subscription subscription) {
        var ref = subscription.join.ref();
        send(ref, ref, subscription.topic.wire(), "phx_close", Map.of());
    }

    /**
     * Tells something; with the status {@code error} only where the channel is closed next, since clients may give it up then.
     */
    void sendSystem(Subscription subscription, String status, String message) {
        send(subscription.join.ref(), null, subscription.topic.wire(), "system",
                new Notice("system", status, message, subscription.topic.name()));
    }

    void send(@Nullable String joinRef, @Nullable String ref, String topic, String event, Object payload) {
        outgoing.send(format.write(joinRef, ref, topic, event, payload));
    }

    /** Frames that may come at once. */
    static int framesAtOnce(Settings.Realtime limits) {
        return FRAMES_AT_ONCE * Math.max(limits.framesPerSecond(), limits.channelsPerConnection());
    }

    /** A client that was cut joins all its channels at once, and may be cut again before it has. */
    private static int joinsAtOnce(Settings.Realtime limits) {
        return Math.max(JOINS_AT_ONCE * limits.joinsPerSecond(), 2 * limits.channelsPerConnection());
    }

    private static Bucket bucket(int perSecond, long burst) {
        return Bucket.builder().addLimit(limit -> limit.capacity(burst)
                .refillGreedy(perSecond, Duration.ofSeconds(1))).build();
    }

    /** The payload of a reply. */
    @RegisterForReflection
    record Reply(String status, Object response) {
    }

    /** The payload of a system message. */
    @RegisterForReflection
    record Notice(String extension, String status, String message, String channel) {
    }
}

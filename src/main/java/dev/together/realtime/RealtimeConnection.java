package dev.together.realtime;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import dev.together.Settings;
import dev.together.identity.Caller;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.WebSocketConnection;
import io.vertx.core.Context;

/** One websocket and what it has joined. Its frames are handled one after another, on its own event loop. */
class RealtimeConnection {

    final FrameFormat format;
    final InboundQueue inbound;
    final OutboundQueue outbound;
    /** For what its subscriptions gather, all together: as much again as may wait to be written. */
    final QueueBudget budget;
    final String apiKey;
    final FrameRates rates;
    final ReconnectDetector reconnect;

    private final WebSocketConnection socket;
    private final Context context;
    private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>(2);
    private volatile Instant lastFrameAt;
    private volatile Instant lastInUseAt;
    private volatile Instant keyExpiresAt = Instant.MAX;
    private volatile boolean isClosed;
    private int refusals;

    RealtimeConnection(WebSocketConnection socket, Context context, FrameFormat format, String apiKey,
            Settings.Realtime limits, ProcessBudget shared, RealtimeMetrics metrics, Instant now) {
        this.socket = socket;
        this.context = context;
        this.format = format;
        this.apiKey = apiKey;
        this.inbound = new InboundQueue(context, limits);
        this.outbound = new OutboundQueue(socket, context, limits, shared, metrics);
        this.budget = new QueueBudget(limits, shared);
        this.rates = new FrameRates(limits);
        this.reconnect = new ReconnectDetector(format.isBinary(), now);
        this.lastFrameAt = now;
        this.lastInUseAt = now;
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
        return rates.admitsFrame(size);
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
        return isClosed || outbound.isClosing();
    }

    void closed() {
        isClosed = true;
        inbound.end();
        outbound.closed();
        budget.close();
    }

    void close(CloseReason reason) {
        outbound.close(reason);
    }

    /** What it has joined. */
    Collection<Subscription> subscriptions() {
        return subscriptions.values();
    }

    /** What it has joined under this topic of the wire. */
    @Nullable
    Subscription subscription(String topic) {
        return subscriptions.get(topic);
    }

    /** It joins this; says what it had joined under the same topic. */
    @Nullable
    Subscription add(Subscription subscription) {
        return subscriptions.put(subscription.topic.wire(), subscription);
    }

    /** It has left this; says whether it had joined it still. */
    @CanIgnoreReturnValue
    boolean remove(Subscription subscription) {
        return subscriptions.remove(subscription.topic.wire(), subscription);
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
        outbound.send(format.write(joinRef, ref, topic, event, payload));
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

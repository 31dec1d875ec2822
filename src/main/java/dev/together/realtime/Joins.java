package dev.together.realtime;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Singleton;

import dev.together.Settings;
import dev.together.channel.Archive;
import dev.together.channel.Archive.Page;
import dev.together.channel.DatabaseTime;
import dev.together.channel.Hub;
import dev.together.identity.Caller;
import dev.together.identity.TokenRefused;
import dev.together.identity.Tokens;
import dev.together.log.LogEvent;
import dev.together.realtime.JoinRequest.InvalidReplay;
import dev.together.realtime.JoinRequest.Replay;
import io.quarkus.websockets.next.CloseReason;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;

/**
 * Lets a connection into a channel.
 *
 * <p>
 * The subscription listens before the store is read, so that nothing falls between replay and live; what comes twice that
 * way is sent once. The answer to the join leaves first, then the replay, then what has arrived meanwhile.
 */
@Singleton
class Joins {

    private static final CloseReason TOO_MANY_JOINS = new CloseReason(1001, "Too many joins per second");
    private static final Page NOTHING = new Page(List.of(), false);

    private final Tokens tokens;
    private final OpenTopics topics;
    private final Hub hub;
    private final Archive archive;
    private final DatabaseTime time;
    private final Settings settings;
    private final RealtimeMetrics metrics;
    private final Vertx vertx;

    Joins(Tokens tokens, OpenTopics topics, Hub hub, Archive archive, DatabaseTime time, Settings settings,
            RealtimeMetrics metrics, Vertx vertx) {
        this.tokens = tokens;
        this.topics = topics;
        this.hub = hub;
        this.archive = archive;
        this.time = time;
        this.settings = settings;
        this.metrics = metrics;
        this.vertx = vertx;
    }

    /** Answers a join; never fails. */
    Uni<Void> join(RealtimeConnection connection, Frame frame) {
        if (!connection.admitsJoin()) {
            metrics.joinRefused("ClientJoinRateLimitReached");
            connection.replyError(frame, "ClientJoinRateLimitReached: Too many joins per second");
            connection.close(TOO_MANY_JOINS);
            return Uni.createFrom().voidItem();
        }
        return Uni.createFrom().deferred(() -> admit(connection, frame))
                .onFailure().invoke(failure -> refuse(connection, frame, failure))
                .onFailure().recoverWithNull();
    }

    private Uni<Void> admit(RealtimeConnection connection, Frame frame) {
        var topic = Topic.ofWire(frame.topic()).orElseThrow(() -> new Refused("unmatched topic"));
        if (topic.name().isEmpty()) {
            throw new Refused("TopicNameRequired: You must provide a topic name");
        }
        if (connection.subscriptions.size() >= settings.realtime().channelsPerConnection()
                && !connection.subscriptions.containsKey(frame.topic())) {
            throw new Refused("ChannelRateLimitReached: Too many channels");
        }
        var request = request(frame);
        return tokens.verify(request.token().orElse(connection.apiKey))
                .invoke(caller -> requireRight(connection, caller, topic))
                .flatMap(caller -> subscribe(connection, frame, new Subscription(connection, topic, request, caller,
                        since(connection, request))));
    }

    /** From when on the connection wants to know: what it asks for, what it may have missed when it returns, or now. */
    private Instant since(RealtimeConnection connection, JoinRequest request) {
        var now = time.now();
        var known = connection.isReturning() ? now.minus(settings.replay().resumeWindow()) : now;
        return request.replay().map(Replay::since).filter(asked -> asked.isBefore(known)).orElse(known);
    }

    private static JoinRequest request(Frame frame) {
        try {
            return JoinRequest.of(frame);
        } catch (InvalidReplay e) {
            throw new Refused("UnableToReplayMessages: Replay params are not valid");
        }
    }

    private void requireRight(RealtimeConnection connection, Caller caller, Topic topic) {
        if (!topics.mayRead(caller, topic)) {
            throw new Refused("Unauthorized: You do not have permissions to read from this Channel topic: " + topic.name());
        }
        boolean isNew = !connection.subscriptions.containsKey(topic.wire());
        if (isNew && topic.userId().map(hub::listeners).orElse(0) >= settings.realtime().connectionsPerUser()) {
            throw new Refused("ConnectionRateLimitReached: Too many connected users");
        }
    }

    private Uni<Void> subscribe(RealtimeConnection connection, Frame frame, Subscription subscription) {
        var previous = Optional.ofNullable(connection.subscriptions.put(frame.topic(), subscription));
        return joined(subscription)
                .chain(() -> missed(connection, subscription))
                .emitOn(connection::run)
                .invoke(page -> welcome(connection, frame, subscription, page))
                .onFailure().invoke(failure -> forget(connection, subscription))
                .onTermination().invoke(() -> previous.ifPresent(old -> replace(connection, old)))
                .replaceWithVoid();
    }

    private Uni<Void> joined(Subscription subscription) {
        return subscription.topic.userId().map(user -> hub.join(user, subscription, subscription.since()))
                .orElseGet(() -> hub.join(subscription.subject, subscription));
    }

    /** What the client asked for, or, when it returns, what it may have missed. */
    private Uni<Page> missed(RealtimeConnection connection, Subscription subscription) {
        var user = subscription.topic.userId();
        if (user.isEmpty()) {
            return Uni.createFrom().item(NOTHING);
        }
        if (subscription.join.replay().isPresent()) {
            return replay(user.get(), subscription.join.replay().get());
        }
        if (connection.isReturning()) {
            return replay(user.get(), new Replay(subscription.since(), Optional.empty()));
        }
        return Uni.createFrom().item(NOTHING);
    }

    private Uni<Page> replay(UUID user, Replay replay) {
        int most = settings.replay().limit();
        int limit = Math.min(most, replay.limit().orElse(most));
        boolean isClientsChoice = replay.limit().filter(asked -> asked <= most).isPresent();
        return archive.since(user, replay.since(), limit)
                .map(page -> new Page(page.events(), page.isCut() && !isClientsChoice))
                .onFailure().invoke(e -> LogEvent.warn(Joins.class, "replay_failed").with(e).log())
                .onFailure().transform(e -> new Refused("UnableToReplayMessages: Realtime was unable to replay messages"));
    }

    private void welcome(RealtimeConnection connection, Frame frame, Subscription subscription, Page missed) {
        if (connection.isClosed()) {
            forget(connection, subscription);
            return;
        }
        connection.accepted();
        metrics.joined();
        connection.reply(frame, "ok", Map.of("postgres_changes", subscription.join.changes()));
        if (subscription.join.wantsPresence()) {
            connection.send(subscription.join.ref(), null, frame.topic(), "presence_state", Map.of());
        }
        if (subscription.join.wantsReplicationReady()) {
            connection.sendSystem(subscription, "ok", "Replication connection established");
        }
        if (missed.isCut()) {
            connection.sendSystem(subscription, "error", "Replay was cut to the newest " + missed.events().size()
                    + " events: read the rest with chat-history");
        }
        if (missed != NOTHING) {
            metrics.replayed(missed.events().size());
        }
        subscription.replay(missed.events());
        subscription.goLive();
    }

    private void forget(RealtimeConnection connection, Subscription subscription) {
        connection.subscriptions.remove(subscription.topic.wire(), subscription);
        hub.leave(subscription.subject, subscription);
    }

    /** The new join wins, also when it was refused. */
    private void replace(RealtimeConnection connection, Subscription old) {
        hub.leave(old.subject, old);
        connection.sendClose(old);
    }

    private void refuse(RealtimeConnection connection, Frame frame, Throwable failure) {
        var reason = reason(failure);
        metrics.joinRefused(code(reason));
        var delay = connection.refused();
        if (delay.equals(Duration.ZERO)) {
            connection.replyError(frame, reason);
        } else {
            // A client that is refused comes back for ever; the more often it does, the longer it waits.
            vertx.setTimer(delay.toMillis(), timer -> connection.replyError(frame, reason));
        }
        var old = connection.subscriptions.remove(frame.topic());
        if (old != null) {
            replace(connection, old);
        }
    }

    private static String code(String reason) {
        int end = reason.indexOf(':');
        return end < 0 ? reason : reason.substring(0, end);
    }

    private static String reason(Throwable failure) {
        if (failure instanceof Refused refused) {
            return String.valueOf(refused.getMessage());
        }
        if (failure instanceof TokenRefused refused) {
            return refused.code() + ": " + refused.getMessage();
        }
        LogEvent.error(Joins.class, "join_failed").with(failure).log();
        return "RealtimeRestarting: Realtime is restarting, please standby";
    }

    /** Why a client may not join, as the protocol says it. */
    private static class Refused extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Refused(String reason) {
            super(reason, null, false, false);
        }
    }
}

package dev.together.realtime;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import jakarta.inject.Singleton;

import dev.together.Settings;
import dev.together.channel.EventHistory.MissedEvents;
import dev.together.channel.Hub;
import dev.together.channel.LiveState;
import dev.together.identity.Caller;
import dev.together.identity.Tokens;
import dev.together.realtime.JoinRequest.InvalidReplay;
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

    private final Tokens tokens;
    private final OpenTopics topics;
    private final Participations participations;
    private final PresenceFrames presence;
    private final Hub hub;
    private final Replays replays;
    private final LiveState live;
    private final Settings settings;
    private final RealtimeMetrics metrics;
    private final Vertx vertx;

    Joins(Tokens tokens, OpenTopics topics, Participations participations, PresenceFrames presence, Hub hub, Replays replays,
            LiveState live, Settings settings, RealtimeMetrics metrics, Vertx vertx) {
        this.tokens = tokens;
        this.topics = topics;
        this.participations = participations;
        this.presence = presence;
        this.hub = hub;
        this.replays = replays;
        this.live = live;
        this.settings = settings;
        this.metrics = metrics;
        this.vertx = vertx;
    }

    /** Answers a join; never fails. */
    Uni<Void> join(RealtimeConnection connection, Frame frame) {
        if (!connection.rates.admitsJoin()) {
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
        var topic = Topic.ofWire(frame.topic()).orElseThrow(() -> new JoinRefused("unmatched topic"));
        if (topic.name().isEmpty()) {
            throw new JoinRefused("TopicNameRequired: You must provide a topic name");
        }
        if (topic.isTooLong()) {
            throw new JoinRefused("TopicNameTooLong: A topic name has at most " + Topic.LONGEST_NAME + " bytes");
        }
        if (connection.subscriptions().size() >= settings.realtime().channelsPerConnection()
                && connection.subscription(frame.topic()) == null) {
            throw new JoinRefused("ChannelRateLimitReached: Too many channels");
        }
        var request = request(frame);
        return tokens.verify(request.token().orElse(connection.apiKey))
                .invoke(caller -> requireRight(caller, topic))
                .flatMap(caller -> replays.isReturning(connection, topic)
                        .invoke(isReturning -> requirePlace(connection, topic))
                        .map(isReturning -> subscription(connection, topic, request, caller, isReturning)))
                .flatMap(subscription -> subscribe(connection, frame, subscription));
    }

    private Subscription subscription(RealtimeConnection connection, Topic topic, JoinRequest request, Caller caller,
            boolean isReturning) {
        var since = replays.since(request, isReturning);
        return new Subscription(connection, topic, isReturning ? request.orReplay(since) : request, caller, since);
    }

    private static JoinRequest request(Frame frame) {
        try {
            return JoinRequest.of(frame);
        } catch (InvalidReplay e) {
            throw new JoinRefused("UnableToReplayMessages: Replay params are not valid");
        }
    }

    private void requireRight(Caller caller, Topic topic) {
        if (!topics.mayRead(caller, topic)) {
            throw JoinRefused.unauthorized(topic);
        }
    }

    private void requirePlace(RealtimeConnection connection, Topic topic) {
        boolean isNew = connection.subscription(topic.wire()) == null;
        if (isNew && topic.userId().map(hub::listeners).orElse(0) >= settings.realtime().connectionsPerUser()) {
            throw new JoinRefused("ConnectionRateLimitReached: Too many connected users");
        }
    }

    private Uni<Void> subscribe(RealtimeConnection connection, Frame frame, Subscription subscription) {
        var previous = Optional.ofNullable(connection.add(subscription));
        return participations.hold(connection, subscription)
                .chain(() -> joined(subscription))
                .chain(() -> presence.join(connection, subscription))
                .chain(() -> replays.of(subscription))
                .emitOn(connection::run)
                .invoke(missed -> accept(connection, frame, subscription, missed))
                .onFailure().invoke(failure -> forget(connection, subscription))
                .onTermination().invoke(() -> previous.ifPresent(old -> replace(connection, old)))
                .replaceWithVoid();
    }

    private Uni<Void> joined(Subscription subscription) {
        return subscription.topic.userId().map(user -> hub.join(user, subscription, subscription.since()))
                .orElseGet(() -> hub.join(subscription.subject, subscription));
    }

    private void accept(RealtimeConnection connection, Frame frame, Subscription subscription, MissedEvents missed) {
        if (connection.isClosed()) {
            forget(connection, subscription);
            return;
        }
        connection.accepted();
        metrics.joined();
        connection.reply(frame, "ok", Map.of("postgres_changes", JoinRequest.changes(frame)));
        presence.accept(connection, subscription);
        if (subscription.join.wantsReplicationReady()) {
            connection.sendSystem(subscription, "ok", "Replication connection established");
        }
        if (missed.isCut()) {
            connection.sendSystem(subscription, "ok", "Replay was cut to the newest " + missed.events().size()
                    + " events: read the rest with chat-history");
        }
        subscription.replay(missed, replays::read);
        subscription.accept();
        subscription.topic.userId().ifPresent(user -> live.publish(user, subscription.since()).subscribe().with(done -> {
        }));
    }

    private void forget(RealtimeConnection connection, Subscription subscription) {
        connection.remove(subscription);
        subscription.leave(hub);
    }

    /** The new join wins, also when it was refused. */
    private void replace(RealtimeConnection connection, Subscription old) {
        old.leave(hub);
        connection.sendClose(old);
    }

    private void refuse(RealtimeConnection connection, Frame frame, Throwable failure) {
        var refused = JoinRefused.of(failure);
        metrics.joinRefused(refused.code());
        var delay = connection.refused();
        boolean isStuck = JoinRequest.isStuckWhenRefused(frame, connection.apiKey);
        if (delay.equals(Duration.ZERO)) {
            answer(connection, frame, refused, isStuck);
        } else {
            // A client that is refused comes back for ever; the more often it does, the longer it waits.
            var head = frame.head();
            vertx.setTimer(delay.toMillis(), timer -> answer(connection, head, refused, isStuck));
        }
        var old = connection.subscription(frame.topic());
        if (old != null && connection.remove(old)) {
            replace(connection, old);
        }
    }

    private static void answer(RealtimeConnection connection, Frame frame, JoinRefused refused, boolean isStuck) {
        connection.replyError(frame, refused.reason());
        if (isStuck) {
            connection.sendError(frame);
        }
    }
}

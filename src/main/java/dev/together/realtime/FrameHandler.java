package dev.together.realtime;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

import jakarta.inject.Singleton;

import com.fasterxml.jackson.databind.node.NullNode;

import dev.together.broker.Broker;
import dev.together.channel.Hub;
import dev.together.event.EncodedEvent;
import dev.together.event.Event;
import dev.together.event.EventCodec;
import dev.together.identity.Caller;
import dev.together.identity.TokenRefused;
import dev.together.identity.Tokens;
import dev.together.log.LogEvent;
import io.smallrye.mutiny.Uni;

/** What each frame of a client does. */
@Singleton
class FrameHandler {

    private static final String PHOENIX = "phoenix";
    private static final String UNMATCHED = "unmatched topic";

    private final Joins joins;
    private final Tokens tokens;
    private final OpenTopics topics;
    private final Participations participations;
    private final PresenceFrames presence;
    private final Hub hub;
    private final EventCodec codec;
    private final Broker broker;

    FrameHandler(Joins joins, Tokens tokens, OpenTopics topics, Participations participations, PresenceFrames presence, Hub hub,
            EventCodec codec,
            Broker broker) {
        this.joins = joins;
        this.tokens = tokens;
        this.topics = topics;
        this.participations = participations;
        this.presence = presence;
        this.hub = hub;
        this.codec = codec;
        this.broker = broker;
    }

    /** Handles one frame; never fails. */
    Uni<Void> handle(RealtimeConnection connection, Frame frame) {
        switch (frame.event()) {
            case "phx_join" -> {
                return joins.join(connection, frame);
            }
            case "access_token" -> {
                return renew(connection, frame);
            }
            case "heartbeat" -> heartbeat(connection, frame);
            case "phx_leave" -> leave(connection, frame);
            case "broadcast" -> broadcast(connection, frame);
            case "presence" -> {
                return presence(connection, frame);
            }
            default -> connection.replyError(frame, UNMATCHED);
        }
        return Uni.createFrom().voidItem();
    }

    /** Ends what the connection has joined. */
    void close(RealtimeConnection connection) {
        connection.closed();
        for (var subscription : connection.subscriptions()) {
            connection.remove(subscription);
            subscription.leave(hub);
        }
    }

    /** Tells why, then closes one channel for good: its user may not read it any more. */
    void kick(Subscription subscription, String why) {
        subscription.end(hub, why);
    }

    private static void heartbeat(RealtimeConnection connection, Frame frame) {
        if (frame.topic().equals(PHOENIX)) {
            connection.replyOk(frame);
        } else {
            connection.replyError(frame, UNMATCHED);
        }
    }

    private void leave(RealtimeConnection connection, Frame frame) {
        var subscription = connection.subscription(frame.topic());
        if (subscription == null) {
            connection.replyOk(frame);
            return;
        }
        if (frame.joinRef() != null && !frame.joinRef().equals(subscription.join.ref())) {
            return;
        }
        connection.remove(subscription);
        subscription.leave(hub);
        connection.replyOk(frame);
        connection.sendClose(subscription);
    }

    private Uni<Void> presence(RealtimeConnection connection, Frame frame) {
        var subscription = connection.subscription(frame.topic());
        if (subscription == null) {
            connection.replyError(frame, UNMATCHED);
            return Uni.createFrom().voidItem();
        }
        return presence.handle(connection, subscription, frame);
    }

    /**
     * Only who asked for answers gets one: there are clients that hear nothing more after an error that they did not expect.
     */
    private void broadcast(RealtimeConnection connection, Frame frame) {
        var subscription = connection.subscription(frame.topic());
        if (subscription == null) {
            connection.replyError(frame, UNMATCHED);
            return;
        }
        if (!topics.mayWrite(subscription.caller(), subscription.topic)) {
            refuse(connection, subscription, frame, "Unauthorized: You do not have permissions to write to this Channel topic: "
                    + subscription.topic.name());
            return;
        }
        var event = frame.payload().path("event");
        if (subscription.topic.isOfUsers()
                && (!event.isTextual() || event.textValue().getBytes(StandardCharsets.UTF_8).length > 255)) {
            refuse(connection, subscription, frame, "InvalidBroadcast: `event` must be a text of at most 255 bytes");
            return;
        }
        publish(connection, subscription, frame, event.asText());
    }

    private void publish(RealtimeConnection connection, Subscription subscription, Frame frame, String event) {
        try {
            broker.publish(List.of(subscription.subject), encoded(connection, subscription, frame, event));
            if (subscription.join.isAck()) {
                connection.replyOk(frame);
            }
        } catch (IllegalStateException e) {
            LogEvent.warn(FrameHandler.class, "broadcast_failed").with(e).log();
            refuse(connection, subscription, frame, "UnableToBroadcast: Realtime was unable to broadcast the message");
        }
    }

    private static void refuse(RealtimeConnection connection, Subscription subscription, Frame frame, String reason) {
        if (subscription.join.isAck()) {
            connection.replyError(frame, reason);
        }
    }

    private EncodedEvent encoded(RealtimeConnection connection, Subscription subscription, Frame frame, String event) {
        var sender = subscription.join.isSelf() ? "" : connection.id();
        if (frame.bytes() != null) {
            return new EncodedEvent("", null, sender, event, frame.bytes());
        }
        if (subscription.topic.isOfUsers()) {
            var payload = frame.payload().path("payload");
            var body = payload.isMissingNode() ? NullNode.getInstance() : payload;
            var placed = codec.encode(new Event.Broadcast(UUID.randomUUID().toString(), event, body));
            return new EncodedEvent(placed.id(), null, sender, placed.json(), null);
        }
        return codec.relay(frame.payload(), sender);
    }

    /** A new token is taken in silence; one that takes the right away ends the channel. */
    private Uni<Void> renew(RealtimeConnection connection, Frame frame) {
        var subscription = connection.subscription(frame.topic());
        var token = frame.payload().path("access_token").textValue();
        if (subscription == null) {
            connection.replyError(frame, UNMATCHED);
            return Uni.createFrom().voidItem();
        }
        if (token == null || token.startsWith("sb_")) {
            return Uni.createFrom().voidItem();
        }
        return tokens.verify(token)
                .call(caller -> renew(connection, subscription, caller))
                .onFailure(TokenRefused.class).invoke(refused -> refuse(subscription, (TokenRefused) refused))
                .onFailure().recoverWithNull().replaceWithVoid();
    }

    private Uni<Void> renew(RealtimeConnection connection, Subscription subscription, Caller caller) {
        if (!topics.mayRead(caller, subscription.topic)) {
            renew(subscription, caller, false);
            return Uni.createFrom().voidItem();
        }
        return participations.mayStay(subscription, caller)
                .emitOn(connection::run)
                .invoke(mayStay -> renew(subscription, caller, mayStay))
                .replaceWithVoid();
    }

    private void renew(Subscription subscription, Caller caller, boolean mayStay) {
        if (mayStay) {
            subscription.renew(caller);
        } else {
            kick(subscription, "You do not have permissions to read from this Channel topic: " + subscription.topic.name());
        }
    }

    /** An outdated token changes nothing: the one that the channel has may still be good, and ends by itself. */
    private void refuse(Subscription subscription, TokenRefused refused) {
        if (!refused.isExpiry()) {
            kick(subscription, String.valueOf(refused.getMessage()));
        }
    }
}

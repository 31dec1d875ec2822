package dev.together.realtime;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import jakarta.inject.Singleton;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.together.channel.Hub;
import dev.together.log.LogEvent;
import dev.together.presence.Attendance;
import dev.together.presence.Presences;
import io.smallrye.mutiny.Uni;

/** What a join and the frames of a client have to do with presence: on users' channels nothing, there nobody else is. */
@Singleton
class PresenceFrames {

    static final int MOST_BYTES = 3_072;

    private final Presences presences;
    private final Hub hub;

    PresenceFrames(Presences presences, Hub hub) {
        this.presences = presences;
        this.hub = hub;
    }

    /** Attends where the join asks for that; fails where other pods cannot be heard now. */
    Uni<Void> join(RealtimeConnection connection, Subscription subscription) {
        if (!subscription.join.wantsPresence() || subscription.topic.isOfUsers()) {
            return Uni.createFrom().voidItem();
        }
        return attend(connection, subscription).attendance().subscribed();
    }

    /** The join was answered: its client is shown who is here. */
    void accept(RealtimeConnection connection, Subscription subscription) {
        var presence = subscription.presence();
        if (presence != null) {
            presence.attendance().watch();
        } else if (subscription.join.wantsPresence()) {
            connection.send(subscription.join.ref(), null, subscription.topic.wire(), "presence_state", Map.of());
        }
    }

    /** Handles a frame; never fails. Who tracks without having asked for presence is shown it from then on, as upstream. */
    Uni<Void> handle(RealtimeConnection connection, Subscription subscription, Frame frame) {
        var event = frame.payload().path("event").asText().toLowerCase(Locale.ROOT);
        var known = subscription.presence();
        if (event.equals("track") && !subscription.topic.isOfUsers()) {
            return known == null ? trackFirst(connection, subscription, frame) : tracked(connection, known, frame);
        }
        if (event.equals("untrack") && known != null) {
            known.attendance().untrack();
        }
        connection.replyOk(frame);
        return Uni.createFrom().voidItem();
    }

    private Uni<Void> trackFirst(RealtimeConnection connection, Subscription subscription, Frame frame) {
        var presence = attend(connection, subscription);
        return presence.attendance().subscribed().emitOn(connection::run)
                .invoke(done -> presence.attendance().watch())
                .chain(done -> tracked(connection, presence, frame))
                .onFailure().invoke(e -> LogEvent.warn(PresenceFrames.class, "presence_failed").with(e).log())
                .onFailure().invoke(e -> connection.replyError(frame, "UnableToTrack: Realtime was unable to track presence"))
                .onFailure().recoverWithNull();
    }

    private static Uni<Void> tracked(RealtimeConnection connection, SubscriptionPresence presence, Frame frame) {
        track(presence, frame.payload().path("payload")).ifPresentOrElse(
                refused -> connection.replyError(frame, refused), () -> connection.replyOk(frame));
        return Uni.createFrom().voidItem();
    }

    /** Says why not where it may not be tracked. */
    private static Optional<String> track(SubscriptionPresence presence, JsonNode said) {
        if (said.isMissingNode() || said.isNull()) {
            return presence.attendance().track(presence.key(), new ObjectNode(JsonNodeFactory.instance));
        }
        if (!said.isObject()) {
            return Optional.of("InvalidPresence: what is tracked must be an object");
        }
        if (said.toString().getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            return Optional.of("Track message size exceeded");
        }
        return presence.attendance().track(presence.key(), (ObjectNode) said);
    }

    private SubscriptionPresence attend(RealtimeConnection connection, Subscription subscription) {
        var watcher = new PresenceWatcher(connection, subscription);
        var presence = new SubscriptionPresence(watcher.key, presences.attend(subscription.subject, watcher));
        subscription.attends(presence);
        subscription.whenLeft(hub, presence.attendance()::leave);
        return presence;
    }

    /**
     * The part of a subscription in the presence on its topic.
     *
     * @param key under which it is seen
     */
    record SubscriptionPresence(String key, Attendance attendance) {
    }
}

package dev.together.realtime;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import jakarta.inject.Singleton;

import dev.together.channel.Hub;
import dev.together.event.Subjects;
import dev.together.identity.Caller;
import dev.together.log.LogEvent;
import dev.together.time.DatabaseClock;
import io.smallrye.mutiny.Uni;

/**
 * Who may use the topic of a conversation: its participants, for as long as they are, and the service key.
 *
 * <p>
 * While a participant has joined the topic, this pod listens on that user's channel, where the end of their part is told, and
 * to which what was lost is brought out of the store. It listens before the store is asked, so that no end falls between.
 */
@Singleton
class Participations {

    private final ParticipationStore store;
    private final Hub hub;
    private final DatabaseClock time;

    Participations(ParticipationStore store, Hub hub, DatabaseClock time) {
        this.store = store;
        this.hub = hub;
        this.time = time;
    }

    /**
     * Ends the subscription with its user's part in the conversation; refuses where they have none. Nothing for other topics.
     */
    Uni<Void> hold(RealtimeConnection connection, Subscription subscription) {
        var topic = subscription.topic;
        var userId = subscription.caller().userId();
        if (!isAsked(subscription.caller(), topic) || userId == null) {
            return Uni.createFrom().voidItem();
        }
        var watch = new Participation(topic.conversationId().orElseThrow(),
                () -> connection.run(() -> endUnlessIn(subscription)));
        var joined = hub.join(userId, watch, time.now());
        subscription.whenLeft(hub, () -> hub.leave(Subjects.ofUser(userId), watch));
        return joined.chain(() -> isIn(subscription.caller(), topic))
                .emitOn(connection::run)
                .invoke(isIn -> requireRight(topic, isIn))
                .replaceWithVoid();
    }

    /** Whether the bearer of a new token may stay: the same user, who is in it still. */
    Uni<Boolean> mayStay(Subscription subscription, Caller renewed) {
        if (!subscription.topic.isOfConversations()) {
            return Uni.createFrom().item(true);
        }
        if (!Objects.equals(subscription.caller().userId(), renewed.userId())) {
            return Uni.createFrom().item(false);
        }
        return isIn(renewed, subscription.topic)
                .onFailure().invoke(e -> LogEvent.warn(Participations.class, "participation_unknown").with(e).log())
                .onFailure().recoverWithItem(true);
    }

    /** Whether the caller has a part in what the topic stands for; yes for all but those of conversations. */
    Uni<Boolean> isIn(Caller caller, Topic topic) {
        return in(caller, List.of(topic)).map(in -> in.contains(topic));
    }

    /** Those of the topics in which the caller has a part. */
    Uni<Set<Topic>> in(Caller caller, Collection<Topic> topics) {
        var asked = topics.stream().filter(topic -> isAsked(caller, topic))
                .map(topic -> topic.conversationId().orElseThrow()).collect(Collectors.toSet());
        if (asked.isEmpty()) {
            return Uni.createFrom().item(Set.copyOf(topics));
        }
        return store.in(caller.user(), asked).map(found -> topics.stream()
                .filter(topic -> !isAsked(caller, topic) || found.contains(topic.conversationId().orElseThrow()))
                .collect(Collectors.toSet()));
    }

    private static boolean isAsked(Caller caller, Topic topic) {
        return topic.conversationId().isPresent() && !caller.isService();
    }

    private static void requireRight(Topic topic, boolean isIn) {
        if (!isIn) {
            throw JoinRefused.unauthorized(topic);
        }
    }

    /** They may have come back since, which is no reason to end it; where that is not known, it ends. */
    private void endUnlessIn(Subscription subscription) {
        isIn(subscription.caller(), subscription.topic)
                .onFailure().recoverWithItem(false)
                .subscribe().with(isIn -> {
                    if (!isIn) {
                        subscription.end(hub, "You no longer have permission to read from this Channel topic: "
                                + subscription.topic.name());
                    }
                });
    }
}

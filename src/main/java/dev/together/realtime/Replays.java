package dev.together.realtime;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import jakarta.inject.Singleton;

import dev.together.Settings;
import dev.together.channel.EventHistory;
import dev.together.channel.EventHistory.MissedEvents;
import dev.together.event.EncodedEvent;
import dev.together.event.EventRef;
import dev.together.log.LogEvent;
import dev.together.realtime.JoinRequest.Replay;
import dev.together.time.DatabaseClock;
import io.smallrye.mutiny.Uni;

/** What a client gets from the store when it joins: what it asks for, or, when it returns, what it may have missed. */
@Singleton
class Replays {

    private final EventHistory history;
    private final LastSeen lastSeen;
    private final DatabaseClock time;
    private final RealtimeMetrics metrics;
    private final Settings.Replay settings;

    Replays(EventHistory history, LastSeen lastSeen, DatabaseClock time, RealtimeMetrics metrics, Settings settings) {
        this.history = history;
        this.lastSeen = lastSeen;
        this.time = time;
        this.metrics = metrics;
        this.settings = settings.replay();
    }

    /**
     * Whether who joins may have missed something: their user was connected a moment ago, or their client counts on from where
     * it was. Where that cannot be found out the join is refused, and its client tries again.
     */
    Uni<Boolean> isReturning(RealtimeConnection connection, Topic topic) {
        var user = topic.userId();
        if (user.isEmpty()) {
            return Uni.createFrom().item(false);
        }
        return lastSeen.sawBefore(user.get())
                .onFailure().invoke(e -> LogEvent.warn(Replays.class, "last_seen_failed").with(e).log())
                .onFailure().transform(e -> unable())
                .emitOn(connection::run)
                .map(wasSeen -> wasSeen || connection.reconnect.isReturning());
    }

    /** From when on a connection wants to know, by the database's clock; now where it is new and asks for nothing. */
    Instant since(JoinRequest request, boolean isReturning) {
        var now = time.now();
        var known = isReturning ? now.minus(settings.resumeWindow()) : now;
        return request.replay().map(Replay::since).filter(asked -> asked.isBefore(known)).orElse(known);
    }

    /**
     * The events for a subscription that listens already, to be read page by page; cut only where the server's own limit cut
     * it.
     */
    Uni<MissedEvents> of(Subscription subscription) {
        var user = subscription.topic.userId();
        var replay = subscription.join.replay();
        if (user.isEmpty() || replay.isEmpty()) {
            return Uni.createFrom().item(new MissedEvents(List.of(), false));
        }
        return read(user.get(), replay.get());
    }

    /** The events themselves, when the client is about to get them. */
    Uni<List<EncodedEvent>> read(List<EventRef> page) {
        return history.read(page)
                .onFailure().invoke(e -> LogEvent.warn(Replays.class, "replay_failed").with(e).log());
    }

    private Uni<MissedEvents> read(UUID user, Replay replay) {
        int most = settings.limit();
        int limit = Math.min(most, replay.limit().orElse(most));
        boolean isClientsChoice = replay.limit().filter(asked -> asked <= most).isPresent();
        return history.stateSince(user, replay.since(), limit)
                .map(missed -> new MissedEvents(missed.events(), missed.isCut() && !isClientsChoice))
                .onFailure().invoke(e -> LogEvent.warn(Replays.class, "replay_failed").with(e).log())
                .onFailure().transform(e -> unable())
                .invoke(missed -> metrics.replayed(missed.events().size()));
    }

    private static JoinRefused unable() {
        return new JoinRefused("UnableToReplayMessages: Realtime was unable to replay messages");
    }
}

package dev.together.channel;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.together.Settings;
import dev.together.broker.Broker;
import dev.together.event.EncodedEvent;
import dev.together.event.Subjects;
import dev.together.time.DatabaseClock;
import dev.together.time.Timers;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;

/**
 * The connections on this pod, by the subject they listen to.
 *
 * <p>
 * Per connection and conversation, message numbers ascend and come once. A gap is filled by what arrives within
 * 100 milliseconds, else from the store by {@link GapRepair}.
 */
@Singleton
public class Hub implements Broker.Receiver {

    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final Broker broker;
    private final GapRepair gapRepair;
    private final DatabaseClock time;
    private final Timers timers;
    private final Settings settings;
    private final ConcurrentHashMap<String, LocalChannel> channels = new ConcurrentHashMap<>();
    private final Set<LocalChannel> waiting = ConcurrentHashMap.newKeySet();

    Hub(Broker broker, GapRepair gapRepair, DatabaseClock time, Timers timers, Settings settings) {
        this.broker = broker;
        this.gapRepair = gapRepair;
        this.time = time;
        this.timers = timers;
        this.settings = settings;
    }

    void start(@Observes StartupEvent event) {
        if (!Settings.isServed(settings, "realtime")) {
            return;
        }
        broker.connect(this);
        timers.every(LOOK_EVERY, () -> waiting.forEach(this::fill));
    }

    /**
     * Lets a connection hear a user's channel; completes when everything published from now on reaches it.
     *
     * @param since what the connection must not miss, by the database's clock: now where it is new; earlier where it reads
     *        the store for what was before, and what was committed just then may come late
     */
    public Uni<Void> join(UUID userId, Listener listener, Instant since) {
        long earliest = time.millis() - Sequencer.SLACK_MILLIS;
        return join(Subjects.ofUser(userId), userId, listener, Math.max(earliest, since.toEpochMilli()));
    }

    /** Lets a connection hear an open topic. */
    public Uni<Void> join(String subject, Listener listener) {
        return join(subject, null, listener, 0);
    }

    /** Ends what {@link #join} began. */
    public void leave(String subject, Listener listener) {
        channels.computeIfPresent(subject, (name, channel) -> {
            if (!channel.remove(listener)) {
                return channel;
            }
            broker.unsubscribe(name);
            waiting.remove(channel);
            return null;
        });
    }

    /** How many connections on this pod listen to the user's channel. */
    public int listeners(UUID userId) {
        var channel = channels.get(Subjects.ofUser(userId));
        return channel == null ? 0 : channel.size();
    }

    @Override
    public void received(String subject, EncodedEvent event) {
        var channel = channels.get(subject);
        if (channel != null) {
            received(channel, event);
        }
    }

    @Override
    public void received(Collection<String> subjects, EncodedEvent event) {
        var byHome = new HashMap<Context, List<LocalChannel>>();
        for (var subject : subjects) {
            var channel = channels.get(subject);
            if (channel != null && channel.home != null) {
                byHome.computeIfAbsent(channel.home, home -> new ArrayList<>()).add(channel);
            } else if (channel != null) {
                received(channel, event);
            }
        }
        byHome.forEach((home, there) -> home
                .runOnContext(start -> there.forEach(channel -> received(channel, event))));
    }

    private void received(LocalChannel channel, EncodedEvent event) {
        if (channel.received(event, time.millis())) {
            waiting.add(channel);
        }
    }

    @Override
    public void mayHaveMissed(Instant since) {
        gapRepair.since(since, channels.values(), this::received);
    }

    private Uni<Void> join(String subject, @Nullable UUID userId, Listener listener, long liveSince) {
        var joined = channels.compute(subject, (name, known) -> {
            var channel = known != null ? known
                    : new LocalChannel(broker.subscribe(name).memoize().indefinitely(), userId, home(), liveSince);
            channel.add(listener);
            return channel;
        });
        return joined.subscribed;
    }

    private static @Nullable Context home() {
        var context = Vertx.currentContext();
        return context == null ? null : VertxContext.getRootContext(context);
    }

    private void fill(LocalChannel channel) {
        if (!channel.isWaiting()) {
            waiting.remove(channel);
            return;
        }
        gapRepair.fill(channel);
    }
}

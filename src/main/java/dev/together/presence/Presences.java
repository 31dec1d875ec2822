package dev.together.presence;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.together.Settings;
import dev.together.broker.Broker;
import dev.together.channel.Hub;
import dev.together.channel.Listener;
import dev.together.event.EncodedEvent;
import dev.together.event.Subjects;
import dev.together.log.LogEvent;
import dev.together.time.Timers;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;

/** The topics on which connections of this pod are shown who is here. */
@Singleton
public class Presences {

    private static final Duration WORK_EVERY = Duration.ofMillis(50);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    /** Other pods say within this what they know. */
    private static final long ANSWERED_WITHIN_MILLIS = 250;

    private final Hub hub;
    private final Broker broker;
    private final ObjectMapper json;
    private final Timers timers;
    private final boolean isServed;
    private final long firstStateAfterMillis;
    private final ConcurrentHashMap<String, Attended> topics = new ConcurrentHashMap<>();
    private final Set<PresenceTopic> busy = ConcurrentHashMap.newKeySet();

    Presences(Hub hub, Broker broker, ObjectMapper json, Timers timers, Settings settings) {
        this.hub = hub;
        this.broker = broker;
        this.json = json;
        this.timers = timers;
        this.isServed = Settings.isServed(settings, "realtime");
        this.firstStateAfterMillis = settings.nats().url().isPresent() ? ANSWERED_WITHIN_MILLIS : 0;
    }

    void start(@Observes StartupEvent event) {
        if (isServed) {
            timers.every(WORK_EVERY, () -> busy.forEach(this::work));
            timers.every(LOOK_EVERY, () -> topics.values().forEach(attended -> busy.add(attended.topic)));
        }
    }

    /**
     * Lets a connection attend a topic. It is shown nothing before {@link Attendance#watch}, and must
     * {@link Attendance#leave} in any case.
     */
    public Attendance attend(String topicSubject, Watcher watcher) {
        var subject = Subjects.ofPresence(topicSubject);
        var attended = topics.compute(subject, (name, known) -> {
            var there = known == null ? new Attended(name) : known;
            there.watchers.add(watcher);
            return there;
        });
        return new Attendance(this, subject, attended.topic, watcher, attended.subscribed);
    }

    void leave(String subject, Watcher watcher) {
        topics.computeIfPresent(subject, (name, attended) -> {
            attended.watchers.remove(watcher);
            if (!attended.watchers.isEmpty()) {
                busy.add(attended.topic);
                return attended;
            }
            hub.leave(name, attended);
            busy.remove(attended.topic);
            attended.topic.end();
            return null;
        });
    }

    void busy(PresenceTopic topic) {
        busy.add(topic);
    }

    /** In milliseconds since some time or other; no clock that may be set. */
    static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private void work(PresenceTopic topic) {
        busy.remove(topic);
        if (topic.work(now())) {
            busy.add(topic);
        }
    }

    /** What cannot leave now is missed by the others, who then ask for it. */
    private void publish(String subject, PodMessage message) {
        try {
            broker.publish(List.of(subject), new EncodedEvent("", null, json.writeValueAsString(message)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A presence cannot be written as JSON", e);
        } catch (IllegalStateException e) {
            LogEvent.debug(Presences.class, "presence_not_published").with(e).log();
        }
    }

    /** A topic and who attends it. */
    private class Attended implements Listener {

        private final PresenceTopic topic;
        private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();
        private final Uni<Void> subscribed;

        Attended(String subject) {
            this.topic = new PresenceTopic(message -> publish(subject, message), now() + firstStateAfterMillis);
            this.subscribed = hub.join(subject, this);
        }

        @Override
        public void deliver(EncodedEvent event) {
            try {
                topic.received(json.readValue(event.json(), PodMessage.class), now());
                busy.add(topic);
            } catch (JsonProcessingException e) {
                // As a newer version may say it.
                LogEvent.debug(Presences.class, "presence_not_read").with("error", e.getClass().getName()).log();
            }
        }

        @Override
        public void interrupt() {
            // What was missed is asked for.
        }
    }
}

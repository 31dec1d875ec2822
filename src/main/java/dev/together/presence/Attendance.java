package dev.together.presence;

import java.util.Optional;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.smallrye.mutiny.Uni;

/** One connection on a topic: it is shown who is here, and may be here itself. */
public class Attendance {

    private final Presences presences;
    private final String subject;
    private final PresenceTopic topic;
    private final Watcher watcher;
    private final Uni<Void> subscribed;

    Attendance(Presences presences, String subject, PresenceTopic topic, Watcher watcher, Uni<Void> subscribed) {
        this.presences = presences;
        this.subject = subject;
        this.topic = topic;
        this.watcher = watcher;
        this.subscribed = subscribed;
    }

    /** Completes when everything that other pods say of the topic from now on arrives here; fails where that is not known. */
    public Uni<Void> subscribed() {
        return subscribed;
    }

    /** Shows the watcher who is here, and from then on who comes and goes; nothing where it is shown that already. */
    public void watch() {
        topic.watch(watcher, Presences.now());
        presences.busy(topic);
    }

    /** Tracks this, and what was tracked before no more; gives why not, in the protocol's words, where it may not. */
    public Optional<String> track(String key, ObjectNode said) {
        var refused = topic.track(watcher, key, said);
        presences.busy(topic);
        return refused;
    }

    /** Tracks nothing any more. */
    public void untrack() {
        topic.untrack(watcher);
        presences.busy(topic);
    }

    /** It has left the topic, and is not here any more. */
    public void leave() {
        topic.leave(watcher);
        presences.leave(subject, watcher);
    }
}

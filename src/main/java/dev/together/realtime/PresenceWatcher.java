package dev.together.realtime;

import java.util.UUID;

import com.fasterxml.jackson.databind.util.RawValue;

import dev.together.presence.Watcher;

/** Sends to one connection who is here on a topic that it has joined. */
class PresenceWatcher implements Watcher {

    /** Under which it is seen itself. */
    final String key;
    private final RealtimeConnection connection;
    private final Subscription subscription;

    PresenceWatcher(RealtimeConnection connection, Subscription subscription) {
        this.connection = connection;
        this.subscription = subscription;
        this.key = subscription.join.presenceKey().orElseGet(() -> UUID.randomUUID().toString());
    }

    /** What it is not sent now it gets as a whole later: that is less, and is not in the way of what cannot wait. */
    @Override
    public boolean isReady() {
        return subscription.isShown() && !connection.isEnding() && connection.outbound.hasHeadroom();
    }

    @Override
    public void state(String json) {
        connection.send(subscription.join.ref(), null, subscription.topic.wire(), "presence_state", new RawValue(json));
    }

    @Override
    public void diff(String json) {
        connection.send(null, null, subscription.topic.wire(), "presence_diff", new RawValue(json));
    }
}

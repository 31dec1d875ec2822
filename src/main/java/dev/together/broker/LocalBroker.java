package dev.together.broker;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.together.event.EncodedEvent;
import io.smallrye.mutiny.Uni;

/** The broker of a single process: what is published arrives at once. */
class LocalBroker implements Broker {

    private final Set<String> subscribed = ConcurrentHashMap.newKeySet();
    private Receiver receiver = new NoopReceiver();

    @Override
    public void connect(Receiver receiver) {
        this.receiver = receiver;
    }

    @Override
    public Uni<Void> subscribe(String subject) {
        subscribed.add(subject);
        return Uni.createFrom().voidItem();
    }

    @Override
    public void unsubscribe(String subject) {
        subscribed.remove(subject);
    }

    @Override
    public void publish(Collection<String> subjects, EncodedEvent event) {
        receiver.received(subjects.stream().filter(subscribed::contains).toList(), event);
    }

    @Override
    public long epoch() {
        return 0;
    }

    @Override
    public Uni<Void> flush(long epoch) {
        return Uni.createFrom().voidItem();
    }

    @Override
    public boolean isConnected() {
        return true;
    }
}

package dev.together.broker;

import java.util.List;
import java.util.stream.IntStream;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.MessageHandler;

/**
 * One connection to NATS, which reconnects by itself, and the threads that hear its subjects.
 *
 * <p>
 * A subject always has the same thread, which keeps its order. Subscriptions are made without a handler of their own:
 * ending one that has takes as long as there are subscriptions.
 */
class NatsConnection {

    private static final int THREADS = Math.min(4, Runtime.getRuntime().availableProcessors());

    final Connection connection;
    private final List<Dispatcher> dispatchers;
    private final long epoch;

    /** @param epoch of earlier connections */
    NatsConnection(Connection connection, MessageHandler handler, long epoch) {
        this.connection = connection;
        this.dispatchers = IntStream.range(0, THREADS).mapToObj(i -> connection.createDispatcher(handler)).toList();
        this.epoch = epoch;
    }

    void subscribe(String subject) {
        dispatcher(subject).subscribe(subject);
    }

    void unsubscribe(String subject) {
        dispatcher(subject).unsubscribe(subject);
    }

    boolean isConnected() {
        return connection.getStatus() == Connection.Status.CONNECTED;
    }

    /** Whether it has given up, as it does when it is refused twice. */
    boolean isClosed() {
        return connection.getStatus() == Connection.Status.CLOSED;
    }

    /** How often a connection was lost so far; counted when it is there again, before anything is sent on it. */
    long epoch() {
        return epoch + connection.getStatistics().getReconnects();
    }

    /** How many events came that its threads were too slow for. */
    long dropped() {
        return connection.getStatistics().getDroppedCount();
    }

    private Dispatcher dispatcher(String subject) {
        return dispatchers.get(Math.floorMod(subject.hashCode(), dispatchers.size()));
    }
}

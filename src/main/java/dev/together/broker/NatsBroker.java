package dev.together.broker;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.SSLContext;

import org.jspecify.annotations.Nullable;

import dev.together.Settings;
import dev.together.event.EncodedEvent;
import dev.together.log.LogEvent;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener.Events;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;

/**
 * The broker between pods: NATS core, one connection a pod.
 *
 * <p>
 * What a pod publishes to users of its own also goes through NATS, so that everybody hears it in one order.
 *
 * <p>
 * While NATS is away, publishing fails at once and the event stays in the outbox; a subscription that is new fails, so that
 * the client is told and joins again, and nobody is told "ok" who does not hear. What was joined before stays open. When
 * NATS is there again, subscriptions are there again before {@link Receiver#mayHaveMissed} says since when events may
 * be missing, so whatever is committed is then either found in the store or arrives.
 *
 * <p>
 * In a cluster of NATS servers a subscription is sure on the server that this pod is connected to; the others learn of it
 * within the time between them.
 */
class NatsBroker implements Broker {

    private static final String AWAY = "NATS is away";
    private static final int LONGEST_SUBJECT = 1_000;

    private final Settings.Nats settings;
    private final int mostBytes;
    private final @Nullable SSLContext tls;
    private final FlushBarrier barrier;
    private final NatsLog log;
    private final Set<String> subscribed = ConcurrentHashMap.newKeySet();
    private volatile Receiver receiver = new NoopReceiver();
    private volatile @Nullable NatsConnection link;
    private volatile boolean isClosed;

    /** @param mostBytes what NATS must take at a time */
    NatsBroker(Settings.Nats settings, int mostBytes, @Nullable SSLContext tls, Clock clock) {
        this.settings = settings;
        this.mostBytes = mostBytes;
        this.tls = tls;
        this.barrier = new FlushBarrier(clock, this::missed);
        this.log = new NatsLog(clock);
    }

    /** Begins to connect, and goes on until it is; does not wait for it. */
    void start() {
        barrier.start(settings.pingInterval(), this::connectUnlessThere);
    }

    void close() throws InterruptedException {
        isClosed = true;
        barrier.stop();
        var current = link;
        if (current != null) {
            current.connection.close();
        }
    }

    @Override
    public void connect(Receiver receiver) {
        this.receiver = receiver;
    }

    @Override
    public Uni<Void> subscribe(String subject) {
        if (subject.length() > LONGEST_SUBJECT) {
            // NATS takes 4 KiB a line; its client would keep what it has refused, and stumble over it at every reconnect.
            return Uni.createFrom().failure(() -> new IllegalArgumentException("The subject is too long"));
        }
        subscribed.add(subject);
        var current = link;
        if (current == null || !current.isConnected()) {
            return away();
        }
        try {
            long epoch = current.epoch();
            subscribe(current, subject);
            return confirmed(epoch);
        } catch (IllegalArgumentException | IllegalStateException e) {
            return Uni.createFrom().failure(e);
        }
    }

    @Override
    public void unsubscribe(String subject) {
        subscribed.remove(subject);
        var current = link;
        if (current != null && !current.isClosed()) {
            current.unsubscribe(subject);
        }
    }

    @Override
    public void publish(Collection<String> subjects, EncodedEvent event) {
        var current = link;
        if (current == null || !current.isConnected()) {
            throw new IllegalStateException(AWAY);
        }
        var bytes = event.toBuffer().getBytes();
        var headers = NatsTrace.headers(event, current.connection);
        if (bytes.length + NatsTrace.size(headers) > current.connection.getMaxPayload()) {
            // It would stay in the outbox for ever, and what is behind it as well.
            LogEvent.error(NatsBroker.class, "publication_too_large").with("id", event.id())
                    .with("bytes", bytes.length).log();
            return;
        }
        barrier.sending((long) bytes.length * subjects.size(), settings.pendingBytes());
        subjects.forEach(subject -> current.connection.publish(subject, headers, bytes));
    }

    @Override
    public long epoch() {
        var current = link;
        return current == null ? 0 : current.epoch();
    }

    @Override
    public Uni<Void> flush(long epoch) {
        var current = link;
        return current == null || !current.isConnected() ? away() : confirmed(epoch);
    }

    @Override
    public boolean isConnected() {
        return barrier.isSteady();
    }

    private void connectUnlessThere() {
        var previous = link;
        if (isClosed || (previous != null && !previous.isClosed())) {
            return;
        }
        try {
            establish(Nats.connect(options()), previous == null ? 0 : previous.epoch() + 1);
        } catch (IOException e) {
            log.connectFailed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void establish(Connection connection, long epoch) throws InterruptedException {
        if (isClosed) {
            connection.close();
            return;
        }
        if (connection.getMaxPayload() < mostBytes) {
            log.takesTooLittle(connection.getMaxPayload(), mostBytes);
            connection.close();
            return;
        }
        try {
            var established = new NatsConnection(connection, this::received, epoch);
            subscribed.forEach(subject -> subscribe(established, subject));
            link = established;
            barrier.on(established);
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private void subscribe(NatsConnection to, String subject) {
        try {
            to.subscribe(subject);
        } catch (IllegalArgumentException e) {
            // It will never be one, and must not keep the others from being heard.
            subscribed.remove(subject);
            throw e;
        }
    }

    private Options options() {
        return NatsOptions.of(settings, tls, (connection, type) -> happened(type), log);
    }

    private void received(Message message) {
        var event = EncodedEvent.from(Buffer.buffer(message.getData()));
        receiver.received(message.getSubject(), NatsTrace.of(event, message));
    }

    private void happened(Events type) {
        log.happened(type);
        if (type == Events.RESUBSCRIBED) {
            barrier.askSoon();
        }
    }

    private void missed(Instant since) {
        LogEvent.warn(NatsBroker.class, "nats_missed").with("since", since).log();
        receiver.mayHaveMissed(since);
    }

    /** Completes where the caller's other work is done. */
    private Uni<Void> confirmed(long epoch) {
        var context = Vertx.currentContext();
        var next = barrier.next(epoch);
        return context == null ? next : next.emitOn(task -> context.runOnContext(start -> task.run()));
    }

    private static Uni<Void> away() {
        return Uni.createFrom().failure(() -> new IllegalStateException(AWAY));
    }
}

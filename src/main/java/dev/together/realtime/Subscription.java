package dev.together.realtime;

import static dev.together.realtime.SubscriptionState.CLOSED;
import static dev.together.realtime.SubscriptionState.LIVE;
import static dev.together.realtime.SubscriptionState.PAUSED;
import static dev.together.realtime.SubscriptionState.REPLAYING;

import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.together.channel.EventHistory.MissedEvents;
import dev.together.channel.Hub;
import dev.together.channel.Listener;
import dev.together.event.EncodedEvent;
import dev.together.event.EventRef;
import dev.together.identity.Caller;
import dev.together.realtime.PresenceFrames.SubscriptionPresence;
import io.smallrye.mutiny.Uni;

/**
 * One topic that a connection has joined.
 *
 * <p>
 * What arrives is buffered until the join is answered and the replay read and sent, no faster than the client reads, and again
 * while the token is expired; what the replay has sent already is left out then. {@link SubscriptionState} has its life.
 */
class Subscription implements Listener {

    final Topic topic;
    final JoinRequest join;
    final String subject;
    private final RealtimeConnection connection;
    private final BroadcastWriter writer;
    private final ReplayFilter filter;
    private final CatchUp catchUp;
    private volatile Caller caller;
    private Function<List<EventRef>, Uni<List<EncodedEvent>>> store = page -> Uni.createFrom().item(List.of());
    private final Queue<Runnable> whenLeft = new ConcurrentLinkedQueue<>();
    private volatile @Nullable SubscriptionPresence presence;
    private volatile SubscriptionState state = SubscriptionState.JOINING;

    /** @param since what was committed before does not concern this connection */
    Subscription(RealtimeConnection connection, Topic topic, JoinRequest join, Caller caller, Instant since) {
        this.connection = connection;
        this.topic = topic;
        this.join = join;
        this.caller = caller;
        this.subject = topic.subject(join.isPrivate());
        this.writer = new BroadcastWriter(connection, topic.wire(), join);
        this.filter = new ReplayFilter(since);
        this.catchUp = new CatchUp(connection.budget);
    }

    /** What was committed before does not concern this connection. */
    Instant since() {
        return filter.since();
    }

    Caller caller() {
        return caller;
    }

    /** Its part in the presence on its topic; null where it has none. */
    @Nullable
    SubscriptionPresence presence() {
        return presence;
    }

    void attends(SubscriptionPresence part) {
        presence = part;
    }

    /** Whether its client may see now who is here: its token has not expired, and it has not been left. */
    boolean isShown() {
        return state != PAUSED && state != CLOSED;
    }

    /** The bearer has brought a new token. */
    synchronized void renew(Caller renewed) {
        caller = renewed;
        state = state.renew();
        sendWhatWaits();
    }

    @Override
    public synchronized void deliver(EncodedEvent event) {
        if (state == CLOSED || connection.isEnding()) {
            return;
        }
        if (state == LIVE) {
            send(event);
        } else if (!catchUp.buffer(event)) {
            connection.outbound.close(OutboundQueue.TOO_SLOW);
            close();
        }
    }

    @Override
    public void interrupt() {
        connection.outbound.close(OutboundQueue.MISSED);
    }

    /** The connection has left the channel. */
    void leave(Hub hub) {
        hub.leave(subject, this);
        close();
        for (var hook = whenLeft.poll(); hook != null; hook = whenLeft.poll()) {
            hook.run();
        }
    }

    /** Runs this once when the connection has left the channel; at once where it has. */
    void whenLeft(Hub hub, Runnable then) {
        whenLeft.add(then);
        if (state == CLOSED) {
            leave(hub);
        }
    }

    /** Tells why, then closes the channel for good: its user may not read it any more. */
    void end(Hub hub, String why) {
        if (connection.remove(this)) {
            leave(hub);
            connection.sendSystem(this, "error", why);
            connection.sendClose(this);
        }
    }

    /** Takes nothing more and forgets what it has. */
    private synchronized void close() {
        state = CLOSED;
        catchUp.clear();
    }

    /** Takes what the store has, to be read from there page by page and sent as sent again. */
    synchronized void replay(MissedEvents stored, Function<List<EventRef>, Uni<List<EncodedEvent>>> from) {
        catchUp.addPages(stored.pages());
        store = from;
    }

    /** Sends what was missed and what is buffered, as fast as the client reads, and from then on what arrives. */
    synchronized void accept() {
        state = state.accept();
        sendWhatWaits();
    }

    /** Buffers again: this token has expired, and may be renewed; nothing where it has been meanwhile. */
    synchronized void pause(Caller expired) {
        if (caller.equals(expired)) {
            state = state.pause();
        }
    }

    private synchronized void sendWhatWaits() {
        while (state == REPLAYING && !catchUp.isReading()) {
            if (connection.isEnding()) {
                close();
            } else if (connection.outbound.hasHeadroom()) {
                sendNext();
            } else {
                connection.outbound.whenHeadroom(this::sendWhatWaits);
                return;
            }
        }
    }

    private void sendNext() {
        var missed = catchUp.nextMissed();
        if (missed != null) {
            writer.writeAgain(missed);
            return;
        }
        var page = catchUp.nextPage();
        if (page != null) {
            read(page);
            return;
        }
        var buffered = catchUp.nextBuffered();
        if (buffered != null) {
            send(buffered);
        } else {
            state = state.catchUp();
        }
    }

    private void read(List<EventRef> page) {
        // Who was sent less than was promised comes back and gets it.
        store.apply(page).emitOn(connection::run).subscribe().with(this::take,
                failure -> connection.outbound.close(OutboundQueue.UNREADABLE));
    }

    private synchronized void take(List<EncodedEvent> events) {
        if (state != CLOSED) {
            events.forEach(filter::add);
            catchUp.addRead(events);
            sendWhatWaits();
        }
    }

    private void send(EncodedEvent event) {
        if (!filter.has(event)) {
            writer.write(event);
        }
    }
}

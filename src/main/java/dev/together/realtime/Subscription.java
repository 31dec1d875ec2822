package dev.together.realtime;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Function;

import dev.together.broker.Publication;
import dev.together.channel.Archive.Missed;
import dev.together.channel.Archive.Stored;
import dev.together.channel.Hub;
import dev.together.channel.Listener;
import dev.together.identity.Caller;
import io.smallrye.mutiny.Uni;

/**
 * One topic that a connection has joined.
 *
 * <p>
 * It gathers what arrives until the join is answered and the replay read and sent, no faster than the client reads, and again
 * while the token is expired; what the replay has sent already is left out then.
 */
class Subscription implements Listener {

    final Topic topic;
    final JoinRequest join;
    final String subject;
    private final RealtimeConnection connection;
    private final BroadcastWriter writer;
    private final ReplayFilter past;
    private final ArrayDeque<List<Stored>> pages = new ArrayDeque<>(0);
    private final ArrayDeque<Publication> missed = new ArrayDeque<>(0);
    private final ArrayDeque<Publication> buffered = new ArrayDeque<>(0);
    private volatile Caller caller;
    private Function<List<Stored>, Uni<List<Publication>>> store = page -> Uni.createFrom().item(List.of());
    private boolean isAccepted;
    private boolean isReading;
    private boolean isLive;
    private boolean isOver;

    /** @param since what was committed before does not concern this connection */
    Subscription(RealtimeConnection connection, Topic topic, JoinRequest join, Caller caller, Instant since) {
        this.connection = connection;
        this.topic = topic;
        this.join = join;
        this.caller = caller;
        this.subject = topic.subject(join.isPrivate());
        this.writer = new BroadcastWriter(connection, topic.wire(), join);
        this.past = new ReplayFilter(since);
    }

    /** What was committed before does not concern this connection. */
    Instant since() {
        return past.since();
    }

    Caller caller() {
        return caller;
    }

    /** The bearer has brought a new token. */
    synchronized void renew(Caller renewed) {
        caller = renewed;
        goLive();
    }

    @Override
    public synchronized void deliver(Publication publication) {
        if (isOver || connection.isEnding()) {
            return;
        }
        if (isLive) {
            send(publication);
        } else if (connection.room.take(publication)) {
            buffered.add(publication);
        } else {
            connection.outgoing.close(OutboundQueue.TOO_SLOW);
            end();
        }
    }

    @Override
    public void interrupt() {
        connection.outgoing.close(OutboundQueue.MISSED);
    }

    /** The connection has left the channel. */
    void leave(Hub hub) {
        hub.leave(subject, this);
        end();
    }

    /** Takes nothing more and forgets what it has. */
    private synchronized void end() {
        isOver = true;
        pages.clear();
        missed.clear();
        buffered.forEach(connection.room::free);
        buffered.clear();
    }

    /** Takes what the store has, to be read from there page by page and sent as sent again. */
    synchronized void replay(Missed stored, Function<List<Stored>, Uni<List<Publication>>> from) {
        pages.addAll(stored.pages());
        store = from;
    }

    /** Sends what was missed and what was gathered, as fast as the client reads, and from then on what arrives. */
    synchronized void goLive() {
        isAccepted = true;
        catchUp();
    }

    /** Gathers again: this token has expired, and may be renewed; nothing where it has been meanwhile. */
    synchronized void pause(Caller expired) {
        if (caller.equals(expired)) {
            isAccepted = false;
            isLive = false;
        }
    }

    private synchronized void catchUp() {
        while (isAccepted && !isReading && !isLive && !isOver) {
            if (connection.isEnding()) {
                end();
                return;
            }
            if (!connection.outgoing.hasRoom()) {
                connection.outgoing.whenRoom(this::catchUp);
                return;
            }
            sendNext();
        }
    }

    private void sendNext() {
        if (!missed.isEmpty()) {
            writer.writeAgain(missed.remove());
        } else if (!pages.isEmpty()) {
            readNext();
        } else if (!buffered.isEmpty()) {
            var next = buffered.remove();
            connection.room.free(next);
            send(next);
        } else {
            isLive = true;
        }
    }

    private void readNext() {
        isReading = true;
        // Who was told less than was promised comes back and gets it.
        store.apply(pages.remove()).emitOn(connection::run).subscribe().with(this::read,
                failure -> connection.outgoing.close(OutboundQueue.UNREADABLE));
    }

    private synchronized void read(List<Publication> events) {
        isReading = false;
        if (!isOver) {
            events.forEach(past::add);
            missed.addAll(events);
            catchUp();
        }
    }

    private void send(Publication publication) {
        if (!past.has(publication)) {
            writer.write(publication);
        }
    }
}

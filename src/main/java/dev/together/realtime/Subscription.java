package dev.together.realtime;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.together.broker.Place;
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

    /** Every so many deliveries, one is timed. */
    static final int SAMPLED_EVERY = 16;

    final Topic topic;
    final JoinRequest join;
    final String subject;
    private final RealtimeConnection connection;
    private final String head;
    private final String replayHead;
    private final String tail;

    private final long concernsFrom;

    private volatile Caller caller;
    private final ArrayDeque<List<Stored>> pages = new ArrayDeque<>(0);
    private final ArrayDeque<Publication> missed = new ArrayDeque<>();
    private final ArrayDeque<Publication> gathered = new ArrayDeque<>();
    private Function<List<Stored>, Uni<List<Publication>>> store = page -> Uni.createFrom().item(List.of());
    private Map<Line, Long> replayed = Map.of();
    private int deliveries;
    private boolean isWelcome;
    private boolean isReading;
    private boolean isLive;
    private boolean isOver;

    /** @param since what was committed before does not concern this connection */
    Subscription(RealtimeConnection connection, Topic topic, JoinRequest join, Caller caller, Instant since) {
        this.connection = connection;
        this.topic = topic;
        this.join = join;
        this.caller = caller;
        this.concernsFrom = since.toEpochMilli();
        this.subject = topic.subject(join.isPrivate());
        this.head = connection.format.broadcastHead(null, topic.wire());
        this.replayHead = connection.format.broadcastHead(join.ref(), topic.wire());
        this.tail = connection.format.broadcastTail();
    }

    /** What was committed before does not concern this connection. */
    Instant since() {
        return Instant.ofEpochMilli(concernsFrom);
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
            gathered.add(publication);
        } else {
            interrupt();
            end();
        }
    }

    @Override
    public void interrupt() {
        connection.outgoing.close(Outgoing.TOO_SLOW);
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
        gathered.forEach(connection.room::free);
        gathered.clear();
    }

    /** Takes what the store has, to be read from there page by page and sent as sent again. */
    synchronized void replay(Missed stored, Function<List<Stored>, Uni<List<Publication>>> from) {
        pages.addAll(stored.pages());
        store = from;
        replayed = new HashMap<>();
    }

    private void take(List<Publication> events) {
        for (var event : events) {
            missed.add(event);
            var place = event.place();
            if (place != null) {
                replayed.merge(new Line(place.chatId(), place.kind()), place.number(), Math::max);
                // Who has left, or come back since, does not hear live what was said before that.
                replayed.merge(new Line(place.chatId(), Place.Kind.MESSAGE), place.floor(), Math::max);
            }
        }
    }

    /** Sends what was missed and what was gathered, as fast as the client reads, and from then on what arrives. */
    synchronized void goLive() {
        isWelcome = true;
        catchUp();
    }

    /** Gathers again: this token has expired, and may be renewed; nothing where it has been meanwhile. */
    synchronized void pause(Caller expired) {
        if (caller.equals(expired)) {
            isWelcome = false;
            isLive = false;
        }
    }

    private synchronized void catchUp() {
        while (isWelcome && !isReading && !isLive && !isOver) {
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
            connection.outgoing.send(replayHead + missed.remove().replayedJson() + tail);
        } else if (!pages.isEmpty()) {
            readNext();
        } else if (!gathered.isEmpty()) {
            var next = gathered.remove();
            connection.room.free(next);
            send(next);
        } else {
            isLive = true;
        }
    }

    private void readNext() {
        isReading = true;
        // Who was told less than was promised comes back and gets it.
        store.apply(pages.remove()).emitOn(connection::run).subscribe().with(this::read, failure -> interrupt());
    }

    private synchronized void read(List<Publication> events) {
        isReading = false;
        if (!isOver) {
            take(events);
            catchUp();
        }
    }

    private void send(Publication publication) {
        if (isPast(publication.place()) || !join.isSelf() && publication.sender().equals(connection.id())) {
            return;
        }
        var bytes = publication.bytes();
        if (bytes == null) {
            sendJson(publication, head + publication.json() + tail);
        } else if (connection.format.isBinary()) {
            connection.outgoing.send(FrameV2.writeBytes(topic.wire(), publication.json(), bytes));
        }
    }

    private void sendJson(Publication publication, String frame) {
        var place = publication.place();
        boolean isTimed = place != null && deliveries++ % SAMPLED_EVERY == 0;
        if (isTimed || !publication.trace().isEmpty()) {
            connection.outgoing.sendWatched(frame, publication, isTimed);
        } else {
            connection.outgoing.send(frame);
        }
    }

    private boolean isPast(@Nullable Place place) {
        if (place == null) {
            return false;
        }
        return place.at() < concernsFrom
                || !replayed.isEmpty() && place.number() <= replayed.getOrDefault(new Line(place.chatId(), place.kind()), 0L);
    }

    /** One count of one conversation. */
    private record Line(UUID chatId, Place.Kind kind) {
    }
}

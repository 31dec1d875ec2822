package dev.together.bench;

import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;

/** A person at a websocket who hears one conversation, and notices what is missing and what comes twice. */
class Receiver {

    /** Stands in every message's {@code client_msg_id}, before its number and the time it was to be sent at. */
    static final String MARK = "\"client_msg_id\":\"bench_";

    private static final int FRAME_HEAD_BYTES = 4;
    /** As supabase-js. */
    private static final long BEAT_EVERY_MILLIS = 25_000;

    final CompletableFuture<Receiver> joined = new CompletableFuture<>();
    private final Talk talk;
    private final Person person;
    private final Wire wire;
    private final WebSocket socket;
    private final Supplier<Tally> tally;
    private final BitSet heard = new BitSet();
    private int doubled;

    Receiver(Talk talk, Person person, Wire wire, WebSocket socket, Supplier<Tally> tally) {
        this.talk = talk;
        this.person = person;
        this.wire = wire;
        this.socket = socket;
        this.tally = tally;
        socket.textMessageHandler(this::hear);
        socket.closeHandler(closed -> joined.completeExceptionally(new IllegalStateException("The server closed")));
        write(wire.hello(person));
    }

    /** Beats now and then, each connection at a time of its own. */
    void beat(Vertx vertx) {
        long first = ThreadLocalRandom.current().nextLong(1, BEAT_EVERY_MILLIS);
        long timer = vertx.setPeriodic(first, BEAT_EVERY_MILLIS, due -> write(wire.heartbeat()));
        socket.closeHandler(closed -> vertx.cancelTimer(timer));
    }

    boolean isClosed() {
        return socket.isClosed();
    }

    void close() {
        socket.close();
    }

    /** How many acknowledged messages never came. */
    synchronized int lost() {
        var missing = talk.acknowledged();
        missing.andNot(heard);
        return missing.cardinality();
    }

    synchronized int doubled() {
        return doubled;
    }

    private void write(@Nullable String frame) {
        if (frame != null) {
            socket.writeTextMessage(frame);
        }
    }

    private void hear(String frame) {
        int mark = frame.indexOf(MARK);
        if (mark >= 0) {
            hearMessage(frame, mark + MARK.length());
        } else if (wire.isJoined(frame, socket, person)) {
            joined.complete(this);
        }
    }

    private void hearMessage(String frame, int start) {
        int middle = frame.indexOf('_', start);
        int number = Integer.parseInt(frame, start, middle, 10);
        long dueAt = Long.parseLong(frame, middle + 1, frame.indexOf('"', middle), 10);
        var counts = tally.get();
        counts.delivered(System.nanoTime() - dueAt);
        counts.bytes.add(frame.length() + FRAME_HEAD_BYTES);
        note(number);
        talk.heard(number);
    }

    private synchronized void note(int number) {
        doubled += heard.get(number) ? 1 : 0;
        heard.set(number);
    }
}

package dev.together.bench;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Sends messages to a world over some lanes for some time. */
class Load {

    private static final long ENDS_WITHIN_SECONDS = 20;

    private final World world;
    private final List<BatchWorker> lanes;
    private final Tally tally;
    private final AtomicInteger turn = new AtomicInteger();

    Load(World world, List<BatchWorker> lanes, Tally tally) {
        this.world = world;
        this.lanes = lanes;
        this.tally = tally;
    }

    /** Closed loop: each lane sends its next message as soon as the last one was answered. */
    void closed(int seconds) throws InterruptedException {
        loop(seconds, 0);
    }

    /** Closed loop that also waits until everybody has heard the message. */
    void heard(int seconds) throws InterruptedException {
        loop(seconds, world.participants());
    }

    /**
     * Open loop: messages are due at fixed times, whether or not the server keeps up, and their latency counts from then. What
     * is due while every lane is busy waits for one.
     */
    void open(int seconds, double rate) throws InterruptedException {
        var line = new Line(lanes);
        long count = Math.round(seconds * rate);
        long start = System.nanoTime();
        for (long i = 0; i < count; i++) {
            long dueAt = start + Math.round(i * 1e9 / rate);
            for (long left = dueAt - System.nanoTime(); left > 0; left = dueAt - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            line.add(dueAt, this::send);
        }
        line.awaitIdle();
    }

    private void loop(int seconds, int listeners) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        var busy = new CountDownLatch(lanes.size());
        lanes.forEach(lane -> lane.run(() -> next(lane, listeners, end, busy)));
        if (!busy.await(seconds + ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            tally.failed.add(busy.getCount());
        }
    }

    private void next(BatchWorker lane, int listeners, long end, CountDownLatch busy) {
        long now = System.nanoTime();
        if (now >= end) {
            busy.countDown();
            return;
        }
        var message = Message.next(nextTalk(), now);
        if (listeners == 0) {
            send(lane, message, now, () -> next(lane, 0, end, busy));
            return;
        }
        var flight = new Talk.Flight(listeners + 1, () -> lane.run(() -> next(lane, listeners, end, busy)));
        message.talk().follow(message.number(), flight);
        send(lane, message, now, flight::step);
    }

    private void send(BatchWorker lane, long dueAt, Runnable done) {
        send(lane, Message.next(nextTalk(), dueAt), dueAt, done);
    }

    private void send(BatchWorker lane, Message message, long dueAt, Runnable done) {
        lane.send(message.request(), status -> {
            if (status == 200) {
                tally.sent(System.nanoTime() - dueAt);
                tally.bytes.add(message.request().length() + lane.replyBytes());
                message.talk().acknowledge(message.number());
            } else {
                tally.failed.increment();
            }
            done.run();
        });
    }

    private Talk nextTalk() {
        return world.talks().get(Math.floorMod(turn.getAndIncrement(), world.talks().size()));
    }

    /** Lanes that are free, and messages that wait for one. */
    private static class Line {

        private final Queue<BatchWorker> free;
        private final Queue<Long> due = new ArrayDeque<>();
        private final int size;

        Line(List<BatchWorker> lanes) {
            this.free = new ArrayDeque<>(lanes);
            this.size = lanes.size();
        }

        synchronized void add(long dueAt, Sending sending) {
            due.add(dueAt);
            start(sending);
        }

        synchronized void awaitIdle() throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ENDS_WITHIN_SECONDS);
            while ((free.size() < size || !due.isEmpty()) && System.nanoTime() < end) {
                TimeUnit.SECONDS.timedWait(this, 1);
            }
        }

        private synchronized void start(Sending sending) {
            if (free.isEmpty() || due.isEmpty()) {
                return;
            }
            var lane = free.remove();
            long dueAt = due.remove();
            lane.run(() -> sending.send(lane, dueAt, () -> done(lane, sending)));
        }

        private synchronized void done(BatchWorker lane, Sending sending) {
            free.add(lane);
            start(sending);
            notifyAll();
        }
    }

    /** Sends one message that is due. */
    private interface Sending {

        void send(BatchWorker lane, long dueAt, Runnable done);
    }
}

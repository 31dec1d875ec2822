package dev.together.realtime;

import java.time.Duration;

import dev.together.Settings;
import io.github.bucket4j.Bucket;

/** How many frames, bytes and joins of one connection are taken a second, and at once. */
class FrameRates {

    /** So many times the frames of a second may come at once, or the channels of a client that returns with all of them. */
    private static final int FRAMES_AT_ONCE = 4;
    private static final int JOINS_AT_ONCE = 10;
    private static final long BYTES_AT_ONCE = 4;

    private final Bucket frames;
    private final Bucket bytes;
    private final Bucket joins;

    FrameRates(Settings.Realtime limits) {
        this.frames = bucket(limits.framesPerSecond(), framesAtOnce(limits));
        this.bytes = bucket(limits.bytesPerSecond(), BYTES_AT_ONCE * limits.bytesPerSecond());
        this.joins = bucket(limits.joinsPerSecond(), joinsAtOnce(limits));
    }

    /** Whether one more frame of so many bytes is allowed now. */
    boolean admitsFrame(int size) {
        return admitsControlFrame() && bytes.tryConsume(Math.max(1, size));
    }

    /** Whether one more ping or pong is allowed now. */
    boolean admitsControlFrame() {
        return frames.tryConsume(1);
    }

    /** Whether one more join is allowed now. */
    boolean admitsJoin() {
        return joins.tryConsume(1);
    }

    /** Frames that may come at once. */
    static int framesAtOnce(Settings.Realtime limits) {
        return FRAMES_AT_ONCE * Math.max(limits.framesPerSecond(), limits.channelsPerConnection());
    }

    /** A client that was cut joins all its channels at once, and may be cut again before it has. */
    private static int joinsAtOnce(Settings.Realtime limits) {
        return Math.max(JOINS_AT_ONCE * limits.joinsPerSecond(), 2 * limits.channelsPerConnection());
    }

    private static Bucket bucket(int perSecond, long burst) {
        return Bucket.builder().addLimit(limit -> limit.capacity(burst)
                .refillGreedy(perSecond, Duration.ofSeconds(1))).build();
    }
}

package dev.together.bench;

import java.util.concurrent.atomic.LongAdder;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** What one measurement counts. Times are nanoseconds, recorded as microseconds. */
class Tally {

    private static final long LONGEST_MICROS = 60_000_000;
    private static final int DIGITS = 3;

    final LongAdder sent = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder delivered = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final Histogram sends = new ConcurrentHistogram(LONGEST_MICROS, DIGITS);
    final Histogram deliveries = new ConcurrentHistogram(LONGEST_MICROS, DIGITS);

    void sent(long nanos) {
        sent.increment();
        record(sends, nanos);
    }

    void delivered(long nanos) {
        delivered.increment();
        record(deliveries, nanos);
    }

    private static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.min(LONGEST_MICROS, Math.max(0, nanos / 1_000)));
    }
}

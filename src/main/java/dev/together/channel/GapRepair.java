package dev.together.channel;

import java.time.Instant;
import java.util.Collection;
import java.util.function.BiConsumer;

import jakarta.inject.Singleton;

import dev.together.Settings;
import dev.together.event.EncodedEvent;
import dev.together.event.Gap;
import dev.together.log.LogEvent;
import dev.together.time.DatabaseClock;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;

/**
 * Brings to a channel out of the store what did not arrive; gives up on its listeners, who come back and read the store
 * themselves, where that is too much.
 */
@Singleton
class GapRepair {

    /** How long a message waits for the one before it, before the store is asked for it. */
    private static final long PATIENCE_MILLIS = 100;
    private static final int AT_ONCE = 16;

    private final EventHistory history;
    private final DatabaseClock time;
    private final Settings settings;

    GapRepair(EventHistory history, DatabaseClock time, Settings settings) {
        this.history = history;
        this.time = time;
        this.settings = settings;
    }

    /** Fills the gap that the channel has waited behind for too long, if there is one. */
    void fill(LocalChannel channel) {
        channel.gapOpenSince(time.millis() - PATIENCE_MILLIS)
                .ifPresent(gap -> fill(channel, gap));
    }

    /**
     * Brings what may not have arrived since then.
     *
     * @param since by this machine's clock
     * @param to takes what is found, in the order of each channel
     */
    void since(Instant since, Collection<LocalChannel> channels, BiConsumer<LocalChannel, EncodedEvent> to) {
        // What was swept from the outbox was published that much later than committed.
        var from = time.of(since).minusMillis(Sequencer.SLACK_MILLIS).minus(settings.outbox().due())
                .minus(Settings.Outbox.SWEEP_EVERY);
        Multi.createFrom().iterable(channels)
                .onItem().transformToUni(channel -> repair(channel, from, to)).merge(AT_ONCE)
                .collect().last()
                .subscribe().with(done -> LogEvent.info(GapRepair.class, "hub_repaired").with("since", since).log(),
                        e -> LogEvent.error(GapRepair.class, "hub_repair_failed").with(e).log());
    }

    private void fill(LocalChannel channel, Gap gap) {
        if (channel.userId == null || gap.isWiderThan(settings.replay().limit())) {
            channel.interrupt(time.millis());
            return;
        }
        history.missing(channel.userId, gap).subscribe().with(
                found -> channel.filled(gap, found, time.millis()),
                e -> {
                    LogEvent.warn(GapRepair.class, "hub_fill_failed").with("chat_id", gap.chatId())
                            .with("after", gap.after()).with("before", gap.before()).with(e).log();
                    channel.notFilled(gap, time.millis());
                });
    }

    private Uni<Void> repair(LocalChannel channel, Instant since, BiConsumer<LocalChannel, EncodedEvent> to) {
        if (channel.userId == null) {
            return Uni.createFrom().voidItem();
        }
        return history.since(channel.userId, since, settings.replay().limit())
                .flatMap(missed -> bring(missed, channel, to))
                .onFailure().invoke(() -> channel.interrupt(time.millis()))
                .onFailure().recoverWithNull()
                .replaceWithVoid();
    }

    private Uni<Void> bring(EventHistory.MissedEvents missed, LocalChannel channel, BiConsumer<LocalChannel, EncodedEvent> to) {
        if (missed.isCut()) {
            channel.interrupt(time.millis());
            return Uni.createFrom().voidItem();
        }
        return Multi.createFrom().iterable(missed.pages())
                .onItem().transformToUniAndConcatenate(history::read)
                .invoke(found -> found.forEach(event -> to.accept(channel, event)))
                .onItem().ignoreAsUni();
    }
}

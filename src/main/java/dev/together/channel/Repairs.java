package dev.together.channel;

import java.time.Instant;
import java.util.Collection;
import java.util.function.BiConsumer;

import jakarta.inject.Singleton;

import dev.together.Settings;
import dev.together.broker.Publication;
import dev.together.log.LogEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;

/**
 * Brings to a channel out of the store what did not arrive; gives up on its listeners, who come back and read the store
 * themselves, where that is too much.
 */
@Singleton
class Repairs {

    private static final int AT_ONCE = 16;

    private final Archive archive;
    private final DatabaseTime time;
    private final Settings settings;

    Repairs(Archive archive, DatabaseTime time, Settings settings) {
        this.archive = archive;
        this.time = time;
        this.settings = settings;
    }

    /** Fills the hole that the channel has waited behind for too long, if there is one. */
    void fill(Channel channel) {
        channel.holeOpenSince(time.millis() - settings.realtime().orderPatience().toMillis())
                .ifPresent(hole -> fill(channel, hole));
    }

    /**
     * Brings what may not have arrived since then.
     *
     * @param since by this machine's clock
     * @param to takes what is found, in the order of each channel
     */
    void since(Instant since, Collection<Channel> channels, BiConsumer<Channel, Publication> to) {
        var outbox = settings.outbox();
        // What was swept from the outbox was published that much later than committed.
        var from = time.of(since).minusMillis(Order.SLACK_MILLIS).minus(outbox.due()).minus(outbox.sweepEvery());
        Multi.createFrom().iterable(channels)
                .onItem().transformToUni(channel -> repair(channel, from, to)).merge(AT_ONCE)
                .collect().last()
                .subscribe().with(done -> LogEvent.info(Repairs.class, "hub_repaired").with("since", since).log(),
                        e -> LogEvent.error(Repairs.class, "hub_repair_failed").with(e).log());
    }

    private void fill(Channel channel, Hole hole) {
        if (channel.userId == null || hole.isWiderThan(settings.replay().limit())) {
            channel.interrupt(time.millis());
            return;
        }
        archive.missing(channel.userId, hole).subscribe().with(
                found -> channel.filled(hole, found, time.millis()),
                e -> {
                    LogEvent.warn(Repairs.class, "hub_fill_failed").with("chat_id", hole.chatId())
                            .with("after", hole.after()).with("before", hole.before()).with(e).log();
                    channel.notFilled(hole, time.millis());
                });
    }

    private Uni<Void> repair(Channel channel, Instant since, BiConsumer<Channel, Publication> to) {
        if (channel.userId == null) {
            return Uni.createFrom().voidItem();
        }
        return archive.since(channel.userId, since, settings.replay().limit())
                .flatMap(missed -> bring(missed, channel, to))
                .onFailure().invoke(() -> channel.interrupt(time.millis()))
                .onFailure().recoverWithNull()
                .replaceWithVoid();
    }

    private Uni<Void> bring(Archive.Missed missed, Channel channel, BiConsumer<Channel, Publication> to) {
        if (missed.isCut()) {
            channel.interrupt(time.millis());
            return Uni.createFrom().voidItem();
        }
        return Multi.createFrom().iterable(missed.pages())
                .onItem().transformToUniAndConcatenate(archive::read)
                .invoke(found -> found.forEach(publication -> to.accept(channel, publication)))
                .onItem().ignoreAsUni();
    }
}

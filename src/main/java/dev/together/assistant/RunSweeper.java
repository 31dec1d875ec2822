package dev.together.assistant;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.together.Settings;
import dev.together.assistant.RunStore.Due;
import dev.together.log.LogEvent;
import dev.together.time.Timers;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;

/**
 * Looks for runs of which something is to be done and nobody does it, since the pod that would have is gone, the call failed,
 * or the handler says nothing. So no run lasts for ever.
 */
@Singleton
class RunSweeper {

    private static final Duration SWEEP_EVERY = Duration.ofSeconds(1);
    private static final Duration PRUNE_EVERY = Duration.ofMinutes(10);

    private final RunStore runs;
    private final RunCalls calls;
    private final RunEnds ends;
    private final RunMetrics metrics;
    private final Settings settings;
    private final AtomicBoolean sweeping = new AtomicBoolean();

    RunSweeper(RunStore runs, RunCalls calls, RunEnds ends, RunMetrics metrics, Settings settings) {
        this.runs = runs;
        this.calls = calls;
        this.ends = ends;
        this.metrics = metrics;
        this.settings = settings;
    }

    void start(@Observes StartupEvent event, Timers timers) {
        timers.every(SWEEP_EVERY, this::sweepSoon);
        timers.every(PRUNE_EVERY, this::prune);
    }

    private void sweepSoon() {
        if (!sweeping.compareAndSet(false, true)) {
            return;
        }
        runs.due().invoke(due -> due.stream().filter(RunSweeper::isToBeCalled).forEach(this::call))
                .flatMap(due -> Multi.createFrom().iterable(due).filter(run -> !isToBeCalled(run))
                        .onItem().transformToUniAndConcatenate(this::end).collect().asList())
                .chain(runs::overdue).invoke(metrics::overdue)
                .onFailure().invoke(() -> metrics.overdue(Double.NaN))
                .onTermination().invoke(() -> sweeping.set(false))
                .subscribe().with(done -> {
                }, e -> LogEvent.warn(RunSweeper.class, "assistant_sweep_failed").with(e).log());
    }

    private static boolean isToBeCalled(Due run) {
        return !run.hasEnded() && !run.isExpired();
    }

    /** A handler may take its time: nobody waits for it here. */
    private void call(Due run) {
        calls.call(run.key()).subscribe().with(done -> {
        });
    }

    private Uni<Void> end(Due run) {
        return (run.hasEnded() ? ends.publishAgain(run.key()) : ends.expire(run.key()))
                .onFailure().invoke(e -> LogEvent.warn(RunSweeper.class, "assistant_sweep_failed").with(e).log())
                .onFailure().recoverWithNull();
    }

    private void prune() {
        runs.prune(settings.replay().retention()).subscribe().with(
                count -> LogEvent.info(RunSweeper.class, "assistant_runs_pruned").with("count", count).log(),
                e -> LogEvent.warn(RunSweeper.class, "assistant_runs_prune_failed").with(e).log());
    }
}

package dev.together.message;

import java.util.List;
import java.util.Map;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.together.Settings;
import dev.together.Settings.Assistant;
import dev.together.Settings.When;

/** The modes of conversations in which an assistant answers. */
@Singleton
class RunModes {

    private final List<Map.Entry<String, Assistant>> handlers;
    private final boolean hasAlways;

    RunModes(Settings settings) {
        this.handlers = List.copyOf(settings.assistant().entrySet());
        this.hasAlways = handlers.stream().anyMatch(RunModes::isAlways);
    }

    /** The run that a user's message may begin; null where no assistant could answer it. */
    @Nullable
    RunDraft draft(@Nullable Boolean analyze) {
        boolean isAnalyze = Boolean.TRUE.equals(analyze);
        return handlers.isEmpty() || !(hasAlways || isAnalyze) ? null
                : new RunDraft(UUID.randomUUID(), isAnalyze, this);
    }

    String[] names() {
        return handlers.stream().map(Map.Entry::getKey).toArray(String[]::new);
    }

    /** For each of them, whether each message begins a run. */
    Boolean[] always() {
        return handlers.stream().map(RunModes::isAlways).toArray(Boolean[]::new);
    }

    /** For each of them, how long its handler may take to take a run, in milliseconds. */
    Long[] timeouts() {
        return handlers.stream().map(handler -> handler.getValue().timeout().toMillis()).toArray(Long[]::new);
    }

    private static boolean isAlways(Map.Entry<String, Assistant> handler) {
        return handler.getValue().when() == When.ALWAYS;
    }
}

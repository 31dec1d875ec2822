package dev.together.assistant;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import jakarta.inject.Singleton;

import dev.together.Settings;

/** The handlers of all modes. */
@Singleton
class Handlers {

    private final Map<String, Handler> byMode = new HashMap<>();

    Handlers(Settings settings, Clock clock) {
        settings.assistant().forEach((mode, handler) -> byMode.put(mode, new Handler(mode, handler, clock)));
    }

    boolean areNone() {
        return byMode.isEmpty();
    }

    Optional<Handler> of(String mode) {
        return Optional.ofNullable(byMode.get(mode));
    }

    String[] modes() {
        return byMode.keySet().toArray(String[]::new);
    }

    /** For each of these, how long its handler may be silent, in milliseconds. */
    Long[] silences(String[] modes) {
        return Stream.of(modes).map(mode -> of(mode).map(handler -> handler.settings.silence().toMillis()).orElse(0L))
                .toArray(Long[]::new);
    }

    /** The modes in which assistants answer one another. */
    String[] agents() {
        return byMode.entrySet().stream().filter(handler -> handler.getValue().settings.agents()).map(Map.Entry::getKey)
                .toArray(String[]::new);
    }

    /** For each of these, how long its handler may take to take a run, in milliseconds. */
    Long[] timeouts(String[] modes) {
        return Stream.of(modes).map(mode -> of(mode).map(handler -> handler.settings.timeout().toMillis()).orElse(0L))
                .toArray(Long[]::new);
    }
}

package dev.together;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.ConfigSourceInterceptorContext;

/**
 * Refuses settings that are right each by itself and make no sense beside one another: of two limits on one wait the inner one
 * must end first, so that who waits learns why.
 */
class SettingsOrder {

    private final List<Setting> settings;
    private final ConfigSourceInterceptorContext context;

    SettingsOrder(List<Setting> settings, ConfigSourceInterceptorContext context) {
        this.settings = settings;
        this.context = context;
    }

    void require() {
        requireLonger("together.database.silence", Settings.Database.ANSWER_WITHIN, "as a caller waits for the database");
        requireLonger("together.outbox.due", Settings.Nats.TIMEOUT, "as NATS may take to confirm an event");
        requireLonger("quarkus.http.idle-timeout", "together.realtime.idle-timeout");
        requireLonger("together.replay.retention", "together.replay.resume-window");
        requireMore("quarkus.http.limits.max-connections", "together.realtime.connections");
    }

    private void requireLonger(String name, Duration least, String why) {
        duration(name).filter(value -> value.compareTo(least) <= 0).ifPresent(value -> {
            throw new ConfigurationException(spelled(name) + " must be longer than " + seconds(least) + ", " + why + ", not "
                    + seconds(value));
        });
    }

    private void requireLonger(String name, String shorter) {
        duration(shorter).ifPresent(least -> requireLonger(name, least, "which is " + shorter));
    }

    private void requireMore(String name, String fewer) {
        if (number(name).isPresent() && number(fewer).isPresent() && number(name).get() <= number(fewer).get()) {
            throw new ConfigurationException(spelled(name) + " must be more than " + number(fewer).get() + ", which is " + fewer
                    + ", not " + number(name).get());
        }
    }

    private Optional<Duration> duration(String name) {
        return value(name).map(DurationConverter::parseDuration);
    }

    private Optional<Long> number(String name) {
        return value(name).map(Long::valueOf);
    }

    /** As set, or by default; none where neither is known yet. */
    private Optional<String> value(String name) {
        var set = context.proceed(name);
        return Optional.ofNullable(set).flatMap(value -> Optional.ofNullable(value.getValue())).map(String::strip)
                .or(() -> settings.stream().filter(setting -> setting.name().equals(name)).findFirst()
                        .flatMap(Setting::defaultValue));
    }

    private static String spelled(String name) {
        return name + " (" + Setting.variable(name) + ")";
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }
}

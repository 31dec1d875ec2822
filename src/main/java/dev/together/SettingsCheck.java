package dev.together;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import dev.together.identity.ApiKeys;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigSourceInterceptorFactory;

/** Refuses to start on nonsense in the {@link Settings}, in one sentence, before anything else is begun. */
public class SettingsCheck implements ConfigSourceInterceptorFactory {

    private static final String PREFIX = "together.";
    private static final String VARIABLE_PREFIX = "TOGETHER_";
    /** Kubernetes gives each pod such variables for a service called together or together-….; local mode has its own. */
    private static final Pattern FOREIGN = Pattern
            .compile("TOGETHER_(LOCAL_.*|(.*_)?SERVICE_(HOST|PORT.*)|(.*_)?PORT(_\\d.*)?)");

    private static final String SERVES = "together.serves";
    private static final String API_KEYS = "together.api-keys";

    private final List<Setting> settings = Setting.all();
    private final Map<String, String> environment;

    public SettingsCheck() {
        this(System.getenv());
    }

    SettingsCheck(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Above all others, so that expressions are resolved. */
    @Override
    public OptionalInt getPriority() {
        return OptionalInt.of(Integer.MAX_VALUE);
    }

    @Override
    public ConfigSourceInterceptor getInterceptor(ConfigSourceInterceptorContext context) {
        environment.keySet().forEach(this::requireKnownVariable);
        var names = ours(context);
        names.forEach(this::requireKnown);
        settings.forEach(setting -> {
            var value = context.proceed(setting.name());
            if (value != null && value.getValue() != null) {
                requireSense(setting, value.getValue());
            }
        });
        entries(SERVES, names, context).forEach(SettingsCheck::requireServable);
        requireKeys(entries(API_KEYS, names, context));
        return ConfigSourceInterceptorContext::proceed;
    }

    /** What a list says, in one line or in several. */
    private static List<String> entries(String list, Set<String> names, ConfigSourceInterceptorContext context) {
        return names.stream().filter(name -> name.equals(list) || name.startsWith(list + "["))
                .map(context::proceed).filter(value -> value != null && value.getValue() != null)
                .flatMap(value -> Stream.of(value.getValue().split(","))).map(String::strip)
                .filter(entry -> !entry.isEmpty()).toList();
    }

    /** Going through all names is slow, so it is done once. */
    private static Set<String> ours(ConfigSourceInterceptorContext context) {
        var names = new HashSet<>(Set.of(SERVES, API_KEYS));
        context.iterateNames().forEachRemaining(name -> {
            if (name.startsWith(PREFIX)) {
                names.add(name);
            }
        });
        return names;
    }

    private static void requireServable(String word) {
        if (!Settings.SERVABLE.contains(word)) {
            throw new ConfigurationException("together.serves (TOGETHER_SERVES) must be some of "
                    + String.join(", ", Settings.SERVABLE) + ", not " + word);
        }
    }

    private static void requireKeys(List<String> entries) {
        try {
            var unused = ApiKeys.of(entries);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("together.api-keys (TOGETHER_API_KEYS) " + e.getMessage());
        }
    }

    private void requireKnownVariable(String variable) {
        boolean isOurs = variable.startsWith(VARIABLE_PREFIX) && !FOREIGN.matcher(variable).matches();
        if (isOurs && settings.stream().noneMatch(setting -> setting.variable().equals(variable))) {
            throw unknown(variable);
        }
    }

    private void requireKnown(String name) {
        // The environment's names come here once more, spelled as names.
        boolean isOurs = !environment.containsKey(Setting.variable(name));
        if (isOurs && settings.stream().noneMatch(setting -> isNamed(setting, name))) {
            throw unknown(name);
        }
    }

    private static boolean isNamed(Setting setting, String name) {
        return name.equals(setting.name())
                || (setting.method().getReturnType() == Optional.class && name.startsWith(setting.name() + "["));
    }

    private static void requireSense(Setting setting, String value) {
        var type = setting.type();
        if (type == Duration.class) {
            requireDuration(setting, value);
        } else if (type == int.class || type == long.class) {
            requireInBounds(setting, value);
        } else if (type == boolean.class && !value.strip().matches("true|false")) {
            throw nonsense(setting, "true or false", value);
        } else if (type.isEnum()) {
            requireOneOf(setting, type, value);
        }
    }

    private static void requireDuration(Setting setting, String value) {
        try {
            var duration = DurationConverter.parseDuration(value.strip());
            if (!duration.isNegative()) {
                return;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw nonsense(setting, "a duration such as 100ms, 30s, 10m or 2h", value);
    }

    private static void requireInBounds(Setting setting, String value) {
        var least = Optional.ofNullable(setting.method().getAnnotation(Min.class)).map(Min::value).orElse(Long.MIN_VALUE);
        long greatest = setting.type() == int.class ? Integer.MAX_VALUE : Long.MAX_VALUE;
        var most = Optional.ofNullable(setting.method().getAnnotation(Max.class)).map(Max::value).orElse(greatest);
        try {
            long number = Long.parseLong(value.strip());
            if (number >= least && number <= most) {
                return;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw nonsense(setting, "a whole number from " + least + " to " + most, value);
    }

    private static void requireOneOf(Setting setting, Class<?> type, String value) {
        var names = Arrays.stream(type.getEnumConstants()).map(constant -> Setting.kebab(((Enum<?>) constant).name(), "-"))
                .toList();
        if (!names.contains(Setting.kebab(value.strip(), "-"))) {
            throw nonsense(setting, names.stream().collect(Collectors.joining(" or ")), value);
        }
    }

    private static ConfigurationException unknown(String name) {
        return new ConfigurationException("There is no setting " + name + "; the README says where all of them are listed");
    }

    private static ConfigurationException nonsense(Setting setting, String wanted, String value) {
        return new ConfigurationException(
                setting.name() + " (" + setting.variable() + ") must be " + wanted + ", not " + value);
    }
}

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

import dev.together.assistant.WebhookSecret;
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
    private static final String ASSISTANT = "together.assistant.";

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
        settings.forEach(setting -> named(setting, names).forEach(name -> {
            var value = context.proceed(name);
            if (value != null && value.getValue() != null) {
                requireSense(setting, name, value.getValue());
            }
        }));
        modes(names).forEach(mode -> requireHandler(ASSISTANT + mode, context));
        entries(SERVES, names, context).forEach(SettingsCheck::requireServable);
        requireKeys(entries(API_KEYS, names, context));
        new SettingsOrder(settings, context).require();
        return ConfigSourceInterceptorContext::proceed;
    }

    private static Stream<String> named(Setting setting, Set<String> names) {
        return Stream.concat(Stream.of(setting.name()), names.stream().filter(setting::isNamed)).distinct();
    }

    /** The modes for which something of a handler is set. */
    private static Set<String> modes(Set<String> names) {
        return names.stream().filter(name -> name.startsWith(ASSISTANT))
                .map(name -> name.substring(ASSISTANT.length(), name.lastIndexOf('.'))).collect(Collectors.toSet());
    }

    private static void requireHandler(String handler, ConfigSourceInterceptorContext context) {
        var url = context.proceed(handler + ".url");
        if (url == null || url.getValue() == null || !url.getValue().matches("https?://[^/?#@\\s]+([/?]\\S*)?")) {
            throw new ConfigurationException(handler + ".url (" + Setting.variable(handler + ".url")
                    + ") must be an address with http or https and without a login");
        }
        var secret = context.proceed(handler + ".secret");
        if (secret != null && secret.getValue() != null && !WebhookSecret.isSound(secret.getValue())) {
            throw new ConfigurationException(handler + ".secret (" + Setting.variable(handler + ".secret")
                    + ") must be whsec_ and base64 of 24 bytes or more, or a text of so many");
        }
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
        if (isOurs && settings.stream().noneMatch(setting -> setting.isVariable(variable))) {
            throw unknown(variable);
        }
    }

    private void requireKnown(String name) {
        // The environment's names come here once more, spelled as names.
        boolean isOurs = !environment.containsKey(Setting.variable(name));
        if (isOurs && settings.stream().noneMatch(setting -> setting.isNamed(name))) {
            throw unknown(name);
        }
    }

    private static void requireSense(Setting setting, String name, String value) {
        var type = setting.type();
        if (type == Duration.class) {
            requireDuration(name, value);
        } else if (type == int.class || type == long.class) {
            requireInBounds(setting, name, value);
        } else if (type == boolean.class && !value.strip().matches("true|false")) {
            throw nonsense(name, "true or false", value);
        } else if (type.isEnum()) {
            requireOneOf(name, type, value);
        }
    }

    private static void requireDuration(String name, String value) {
        try {
            var duration = DurationConverter.parseDuration(value.strip());
            if (!duration.isNegative()) {
                return;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw nonsense(name, "a duration such as 100ms, 30s, 10m or 2h", value);
    }

    private static void requireInBounds(Setting setting, String name, String value) {
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
        throw nonsense(name, "a whole number from " + least + " to " + most, value);
    }

    private static void requireOneOf(String name, Class<?> type, String value) {
        var names = Arrays.stream(type.getEnumConstants()).map(constant -> Setting.kebab(((Enum<?>) constant).name(), "-"))
                .toList();
        if (!names.contains(Setting.kebab(value.strip(), "-"))) {
            throw nonsense(name, names.stream().collect(Collectors.joining(" or ")), value);
        }
    }

    private static ConfigurationException unknown(String name) {
        return new ConfigurationException("There is no setting " + name + "; the README says where all of them are listed");
    }

    private static ConfigurationException nonsense(String name, String wanted, String value) {
        return new ConfigurationException(
                name + " (" + Setting.variable(name) + ") must be " + wanted + ", not " + value);
    }
}

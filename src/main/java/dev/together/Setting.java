package dev.together;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.smallrye.config.WithDefault;

/**
 * One of the {@link Settings}.
 *
 * @param name as in a file, such as {@code together.realtime.idle-timeout}; {@code <mode>} in it stands for any mode
 * @param method what declares it
 */
record Setting(String name, Method method) {

    /** What stands in a name for any key of a map. */
    private static final String KEY = "<mode>";
    private static final String KEY_VARIABLE = "<MODE>";

    /** All of them, by name. */
    static List<Setting> all() {
        var found = new ArrayList<Setting>();
        collect("together", Settings.class, found);
        found.sort(Comparator.comparing(Setting::name));
        return found;
    }

    private static void collect(String prefix, Class<?> group, List<Setting> found) {
        for (var method : group.getMethods()) {
            if (Modifier.isStatic(method.getModifiers())) {
                continue;
            }
            var name = prefix + "." + kebab(method.getName(), "-");
            var type = method.getReturnType();
            if (type.isInterface() && type.getEnclosingClass() == Settings.class) {
                collect(name, type, found);
            } else if (type == Map.class) {
                collect(name + "." + KEY, valueType(method), found);
            } else {
                found.add(new Setting(name, method));
            }
        }
    }

    private static Class<?> valueType(Method map) {
        return (Class<?>) ((ParameterizedType) map.getGenericReturnType()).getActualTypeArguments()[1];
    }

    /** As in the environment, such as {@code TOGETHER_REALTIME_IDLE_TIMEOUT}. */
    String variable() {
        return Stream.of(name.split(Pattern.quote(KEY), -1)).map(Setting::variable).collect(Collectors.joining(KEY_VARIABLE));
    }

    /** Whether a file may call it so. */
    boolean isNamed(String some) {
        return matches(name, "([^.\"]+|\"[^\"]+\")", KEY, some)
                || (method.getReturnType() == Optional.class && some.startsWith(name + "["));
    }

    /** Whether the environment may call it so. */
    boolean isVariable(String some) {
        return matches(variable(), "[A-Z0-9_]+", KEY_VARIABLE, some);
    }

    private static boolean matches(String pattern, String key, String placeholder, String some) {
        var parts = pattern.split(Pattern.quote(placeholder), 2);
        return parts.length == 1 ? pattern.equals(some)
                : some.matches(Pattern.quote(parts[0]) + key + Pattern.quote(parts[1]));
    }

    static String variable(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    Optional<String> defaultValue() {
        return Optional.ofNullable(method.getAnnotation(WithDefault.class)).map(WithDefault::value);
    }

    /** What a value becomes, also where it may be left out. */
    Class<?> type() {
        if (method.getReturnType() == Optional.class
                && method.getGenericReturnType() instanceof ParameterizedType optional
                && optional.getActualTypeArguments()[0] instanceof Class<?> value) {
            return value;
        }
        return method.getReturnType();
    }

    /** A Java name as files and the environment spell it. */
    static String kebab(String name, String between) {
        return name.replace("_", between).replaceAll("(?<=[a-z0-9])(?=[A-Z])", between).toLowerCase(Locale.ROOT);
    }
}

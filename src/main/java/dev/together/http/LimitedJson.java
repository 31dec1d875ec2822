package dev.together.http;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Provider;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.JsonNode;

import dev.together.Settings;

/**
 * Checks {@link Limited} JSON: an object, as long as the store will give it back. Each place that is checked has its own, for
 * its own limit.
 */
@Dependent
public class LimitedJson implements ConstraintValidator<Limited, JsonNode> {

    /** As JSON writes it; after an odd number of backslashes it is somebody's own text. */
    private static final Pattern NUL = Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*+\\\\u0000");

    private final Provider<Settings> settings;
    private Limited.Size size = Limited.Size.META;

    LimitedJson(Provider<Settings> settings) {
        this.settings = settings;
    }

    @Override
    public void initialize(Limited limited) {
        size = limited.value();
    }

    @Override
    public boolean isValid(@Nullable JsonNode value, ConstraintValidatorContext context) {
        if (value == null || value.isNull()) {
            return true;
        }
        if (!value.isObject()) {
            return LimitMessages.because("must be a JSON object", context);
        }
        var text = value.toString();
        if (NUL.matcher(text).find()) {
            return LimitMessages.because("must not contain the NUL character", context);
        }
        int limit = LimitMessages.limit(size, settings.get().limits());
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes <= limit && !isInRange(value)) {
            return LimitMessages.because("must not contain a number beyond 1.8e308, or nearer to 0 than 5e-324", context);
        }
        if (bytes > limit || bytes + addedByStore(value) > limit) {
            return LimitMessages.because("must not be larger than " + limit + " bytes", context);
        }
        return true;
    }

    private static boolean isInRange(JsonNode node) {
        if (node instanceof WrittenNumber number) {
            return number.isInRange();
        }
        return !Double.isInfinite(node.doubleValue())
                && StreamSupport.stream(node.spliterator(), false).allMatch(LimitedJson::isInRange);
    }

    /** By how much jsonb is longer: it has a space after each comma and colon, and no exponents. */
    private static long addedByStore(JsonNode node) {
        if (node instanceof WrittenNumber number) {
            return number.addedWithoutExponent();
        }
        long added = Math.max(0L, node.size() - 1L) + (node.isObject() ? node.size() : 0);
        for (var child : node) {
            added += addedByStore(child);
        }
        return added;
    }
}

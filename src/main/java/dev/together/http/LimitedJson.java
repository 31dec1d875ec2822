package dev.together.http;

import java.nio.charset.StandardCharsets;

import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.JsonNode;

import dev.together.Settings;

/** Checks {@link Limited} JSON: an object. */
@Singleton
public class LimitedJson implements ConstraintValidator<Limited, JsonNode> {

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
            return Refusal.because("must be a JSON object", context);
        }
        var text = value.toString();
        if (text.contains("\\u0000")) {
            return Refusal.because("must not contain the NUL character", context);
        }
        int limit = Refusal.limit(size, settings.get().limits());
        if (text.getBytes(StandardCharsets.UTF_8).length > limit) {
            return Refusal.because("must not be larger than " + limit + " bytes", context);
        }
        return true;
    }
}

package dev.together.http;

import java.nio.charset.StandardCharsets;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Provider;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;

import org.jspecify.annotations.Nullable;

import dev.together.Settings;

/**
 * Checks {@link Limited} text. Each place that is checked has its own, for its own limit; it is made
 * before the configuration is read, hence the provider.
 */
@Dependent
public class LimitedText implements ConstraintValidator<Limited, String> {

    private final Provider<Settings> settings;
    private Limited.Size size = Limited.Size.WORD;

    LimitedText(Provider<Settings> settings) {
        this.settings = settings;
    }

    @Override
    public void initialize(Limited limited) {
        size = limited.value();
    }

    @Override
    public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
        if (value == null) {
            return true;
        }
        if (value.indexOf('\0') >= 0) {
            return LimitMessages.because("must not contain the NUL character", context);
        }
        int limit = LimitMessages.limit(size, settings.get().limits());
        if (value.length() > limit || value.getBytes(StandardCharsets.UTF_8).length > limit) {
            return LimitMessages.because("must not be larger than " + limit + " bytes", context);
        }
        return true;
    }
}

package dev.together.http;

import jakarta.validation.ConstraintValidatorContext;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import dev.together.Settings;

/** What the two checks of {@link Limited} share. */
class LimitMessages {

    private static final int NAME_BYTES = 500;
    private static final int WORD_BYTES = 200;

    private LimitMessages() {
    }

    static int limit(Limited.Size size, Settings.Limits limits) {
        return switch (size) {
            case TEXT -> limits.textBytes();
            case META -> limits.metaBytes();
            case NAME -> NAME_BYTES;
            case WORD -> WORD_BYTES;
        };
    }

    /** Says why; always false. */
    @CanIgnoreReturnValue
    static boolean because(String sentence, ConstraintValidatorContext context) {
        context.disableDefaultConstraintViolation();
        context.buildConstraintViolationWithTemplate(sentence).addConstraintViolation();
        return false;
    }
}

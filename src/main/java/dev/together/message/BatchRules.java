package dev.together.message;

import java.util.List;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Provider;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Validator;

import org.jspecify.annotations.Nullable;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import dev.together.Settings;
import dev.together.http.Failure;

/**
 * Checks a {@link Batch}: its size before anything in it, and of what is wrong in it no more than a reply tells.
 *
 * <p>
 * {@code @Valid} would look at every draft first, and remember what is wrong with each of hundreds of thousands.
 */
@Dependent
class BatchRules implements ConstraintValidator<Batch, List<@Nullable Draft>> {

    private final Provider<Settings> settings;
    private final Provider<Validator> validator;

    BatchRules(Provider<Settings> settings, Provider<Validator> validator) {
        this.settings = settings;
        this.validator = validator;
    }

    @Override
    public boolean isValid(@Nullable List<@Nullable Draft> drafts, ConstraintValidatorContext context) {
        if (drafts == null) {
            return true;
        }
        context.disableDefaultConstraintViolation();
        int most = settings.get().limits().batchMessages();
        if (drafts.size() > most) {
            context.buildConstraintViolationWithTemplate("must not be more than " + most).addConstraintViolation();
            return false;
        }
        int wrong = 0;
        for (int index = 0; index < drafts.size() && wrong < Failure.MOST_SENTENCES; index++) {
            wrong += check(drafts.get(index), index, context);
        }
        return wrong == 0;
    }

    /** How much is wrong with it. */
    private int check(@Nullable Draft draft, int index, ConstraintValidatorContext context) {
        if (draft == null) {
            tell("must not be null", "<list element>", index, context);
            return 1;
        }
        var violations = validator.get().validate(draft);
        violations.forEach(found -> tell(found.getMessage(), found.getPropertyPath().toString(), index, context));
        return violations.size();
    }

    @CanIgnoreReturnValue
    private static ConstraintValidatorContext tell(String sentence, String property, int index,
            ConstraintValidatorContext context) {
        return context.buildConstraintViolationWithTemplate(sentence)
                .addPropertyNode(property).inIterable().atIndex(index).addConstraintViolation();
    }
}

package dev.together.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.Optional;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The programs without which a test, or a class of tests, is skipped: before anything of it is started, so that nothing of it
 * has to be ended.
 */
@Inherited
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Needs.Condition.class)
public @interface Needs {

    Program[] value();

    /** Names what is missing, and skips what needs it. */
    class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return missing(context).map(program -> skip(context, program))
                    .orElseGet(() -> ConditionEvaluationResult.enabled("All that it needs is here"));
        }

        private static Optional<Program> missing(ExtensionContext context) {
            return AnnotationSupport.findAnnotation(context.getElement(), Needs.class).stream()
                    .flatMap(needs -> Arrays.stream(needs.value())).filter(Program::isSkipped).findFirst();
        }

        private static ConditionEvaluationResult skip(ExtensionContext context, Program program) {
            System.err.println("SKIPPED: " + context.getRequiredTestClass().getSimpleName()
                    + context.getTestMethod().map(method -> "." + method.getName()).orElse("") + ". " + program.absence());
            return ConditionEvaluationResult.disabled(program.absence());
        }
    }
}

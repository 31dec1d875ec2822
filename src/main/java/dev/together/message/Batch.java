package dev.together.message;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;

/** Drafts that are not too many, and none of them wrong. */
@Target({ ElementType.FIELD, ElementType.PARAMETER })
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = BatchRules.class)
@interface Batch {

    String message() default "is not allowed";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};
}

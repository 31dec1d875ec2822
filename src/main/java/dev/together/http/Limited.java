package dev.together.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;

/** Text or JSON that the store can hold and the configuration allows: no NUL character, and not too many bytes of UTF-8. */
@Target({ ElementType.FIELD, ElementType.PARAMETER, ElementType.TYPE_USE, ElementType.RECORD_COMPONENT })
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = { LimitedText.class, LimitedJson.class })
public @interface Limited {

    /** Which limit. */
    Size value();

    String message() default "is not allowed";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** The limits. */
    enum Size {
        /** The text of a message: {@code together.limits.text-bytes}. */
        TEXT,
        /** Additional JSON: {@code together.limits.meta-bytes}. */
        META,
        /** A name or title: 500 bytes. */
        NAME,
        /** A word of the protocol or an id made by a client: 200 bytes. */
        WORD
    }
}

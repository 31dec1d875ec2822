package dev.together.http;

import org.jspecify.annotations.Nullable;

/** A request to {@code /rest/v1} that is refused, as PostgREST tells it: with a code, and what may help. */
public class RestFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final @Nullable String details;
    private final @Nullable String hint;

    public RestFailure(int status, String code, String message, @Nullable String details) {
        this(status, code, message, details, null);
    }

    public RestFailure(int status, String code, String message, @Nullable String details, @Nullable String hint) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.details = details;
        this.hint = hint;
    }

    int status() {
        return status;
    }

    RestFailureMapper.Body body() {
        return new RestFailureMapper.Body(code, String.valueOf(getMessage()), details, hint);
    }
}

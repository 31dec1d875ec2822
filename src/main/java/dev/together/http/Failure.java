package dev.together.http;

/**
 * A request that is refused, with the sentence its caller reads.
 *
 * <p>
 * It is thrown where the reason is found and becomes a status and {@code {"error": "<sentence>"}} at the edge.
 */
public class Failure extends RuntimeException {

    /** So much of what is wrong with one request is told. */
    public static final int MOST_SENTENCES = 10;

    private static final long serialVersionUID = 1L;

    private static final long SOON = 1;

    private final Code code;
    private final long retryAfterSeconds;

    public Failure(Code code, String sentence) {
        this(code, sentence, SOON);
    }

    /** @param retryAfterSeconds when the same request may succeed, where it may at all */
    public Failure(Code code, String sentence, long retryAfterSeconds) {
        super(sentence, null, false, false);
        this.code = code;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    public Code code() {
        return code;
    }

    /** The sentence for the caller. */
    public String sentence() {
        return String.valueOf(getMessage());
    }

    /** When the same request may succeed, where its code is a passing one. */
    public long retryAfterSeconds() {
        return retryAfterSeconds;
    }

    /** Why a request was refused. */
    public enum Code {

        INVALID(400),
        UNAUTHENTICATED(401),
        FORBIDDEN(403),
        NOT_FOUND(404),
        CONFLICT(409),
        LENGTH_REQUIRED(411),
        TOO_LARGE(413),
        TOO_MANY(429),
        UNAVAILABLE(503);

        private final int status;

        Code(int status) {
            this.status = status;
        }

        /** The HTTP status. */
        public int status() {
            return status;
        }

        /** Whether the same request may succeed a moment later. */
        public boolean isPassing() {
            return this == TOO_MANY || this == UNAVAILABLE;
        }
    }
}

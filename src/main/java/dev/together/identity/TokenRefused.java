package dev.together.identity;

/** A token that does not prove anything; code and message are the realtime protocol's (PROTOCOL §3.2 of the design). */
public class TokenRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    TokenRefused(String code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    /** The protocol's name of the refusal, such as {@code InvalidJWTToken}. */
    public String code() {
        return code;
    }
}

package dev.together.identity;

/** A token that does not prove anything; code and message are the realtime protocol's (PROTOCOL §3.2 of the design). */
public class TokenRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    private final boolean isExpiry;

    private TokenRefused(String code, String message) {
        this(code, message, false);
    }

    private TokenRefused(String code, String message, boolean isExpiry) {
        super(message, null, false, false);
        this.code = code;
        this.isExpiry = isExpiry;
    }

    static TokenRefused malformed() {
        return new TokenRefused("MalformedJWT", "The token provided is not a valid JWT");
    }

    static TokenRefused unproved() {
        return new TokenRefused("JwtSignatureError", "Failed to validate JWT signature");
    }

    static TokenRefused invalid(String message) {
        return new TokenRefused("InvalidJWTToken", message);
    }

    static TokenRefused expired(long secondsAgo) {
        return new TokenRefused("InvalidJWTToken", "Token has expired " + secondsAgo + " seconds ago", true);
    }

    /** The protocol's name of the refusal, such as {@code InvalidJWTToken}. */
    public String code() {
        return code;
    }

    /** Whether the token was good once. */
    public boolean isExpiry() {
        return isExpiry;
    }
}

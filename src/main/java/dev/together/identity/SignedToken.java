package dev.together.identity;

import java.util.Objects;
import java.util.Set;

import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwx.HeaderParameterNames;
import org.jose4j.lang.JoseException;

/** A JWT as it was sent. Whatever it says, reading it does nothing worse than to refuse it. */
class SignedToken {

    private static final Set<String> ALGORITHMS = Set.of("HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384",
            "ES512", "EdDSA");

    private final JsonWebSignature jws;
    private final String algorithm;
    private final String keyId;

    private SignedToken(JsonWebSignature jws) {
        this.jws = jws;
        this.algorithm = Objects.requireNonNull(jws.getAlgorithmHeaderValue());
        this.keyId = Objects.toString(jws.getKeyIdHeaderValue(), "");
    }

    /** @throws TokenRefused where it has not the shape of a token, or another spelling than its issuer's */
    static SignedToken parse(String compact) {
        try {
            var jws = new JsonWebSignature();
            // Which algorithms there are is asked before; a secret may be shorter than its hash.
            jws.setDoKeyValidation(false);
            jws.setCompactSerialization(compact);
            if (!isSpelledOnce(compact, jws) || isCritical(jws)) {
                throw TokenRefused.malformed();
            }
            return new SignedToken(jws);
        } catch (JoseException | RuntimeException e) {
            throw TokenRefused.malformed();
        }
    }

    /** Header and payload are signed as they are spelled; the signature could be padded, or end in bits that mean nothing. */
    private static boolean isSpelledOnce(String compact, JsonWebSignature jws) {
        return compact.endsWith("." + jws.getEncodedSignature());
    }

    /** Whether it must be understood in a way that nobody here knows. */
    private static boolean isCritical(JsonWebSignature jws) {
        return jws.getHeaders().getObjectHeaderValue(HeaderParameterNames.CRITICAL) != null;
    }

    boolean hasKnownAlgorithm() {
        return ALGORITHMS.contains(algorithm);
    }

    String algorithm() {
        return algorithm;
    }

    /** Which key it names; empty for none. */
    String keyId() {
        return keyId;
    }

    boolean isSignedWith(VerificationKey candidate) {
        try {
            jws.setKey(candidate.key());
            return jws.verifySignature();
        } catch (JoseException | RuntimeException e) {
            return false;
        }
    }

    /**
     * What it claims, as JSON.
     *
     * @throws JoseException where no key has proved it yet
     */
    String payload() throws JoseException {
        return jws.getPayload();
    }
}

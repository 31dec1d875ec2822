package dev.together.testing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

import javax.crypto.Mac;

import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** Tokens as an issuer would sign them. */
public class TestTokens {

    public static final String SECRET = "a-secret-for-tests-of-at-least-32-bytes";

    private static final Duration USUAL = Duration.ofHours(1);

    private TestTokens() {
    }

    public static String ofUser(UUID user) {
        return ofUser(user, Instant.now().plus(USUAL));
    }

    public static String ofUser(UUID user, Instant expiresAt) {
        return signed(claims("authenticated", user.toString(), expiresAt), SECRET);
    }

    public static String anon() {
        return signed(claims("anon", null, Instant.now().plus(USUAL)), SECRET);
    }

    public static String service() {
        return signed(claims("service_role", null, Instant.now().plus(USUAL)), SECRET);
    }

    /** Claims that can be changed before they are signed. */
    public static JwtClaims claims(String role, @Nullable String subject, Instant expiresAt) {
        var claims = new JwtClaims();
        claims.setStringClaim("role", role);
        claims.setExpirationTime(NumericDate.fromSeconds(expiresAt.getEpochSecond()));
        if (subject != null) {
            claims.setSubject(subject);
        }
        return claims;
    }

    /** Signed as it is, whatever it says (HS256). */
    public static String signed(String header, String claims) {
        return signed(header, claims, SECRET);
    }

    public static String signed(String header, String claims, String secret) {
        var what = encoded(header.getBytes(StandardCharsets.UTF_8)) + "." + encoded(claims.getBytes(StandardCharsets.UTF_8));
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new HmacKey(secret.getBytes(StandardCharsets.UTF_8)));
            return what + "." + encoded(mac.doFinal(what.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    public static String signed(JwtClaims claims, String secret) {
        var jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue("HS256");
        jws.setKey(new HmacKey(secret.getBytes(StandardCharsets.UTF_8)));
        jws.setPayload(claims.toJson());
        try {
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }
}

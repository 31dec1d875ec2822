package dev.together.assistant;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What signs the calls of a handler, after Standard Webhooks (standardwebhooks.com). */
public class WebhookSecret {

    private static final String PREFIX = "whsec_";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int LEAST_BYTES = 24;

    private final SecretKeySpec key;

    /** @param text {@code whsec_} and base64, or any text, whose bytes are the key then */
    WebhookSecret(String text) {
        this.key = new SecretKeySpec(bytes(text), ALGORITHM);
    }

    /** Whether it is a secret that can be read and not be guessed. */
    public static boolean isSound(String text) {
        try {
            return bytes(text).length >= LEAST_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The header {@code webhook-signature}. */
    String sign(String id, Instant at, String body) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            var signed = id + "." + at.getEpochSecond() + "." + body;
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.startsWith(PREFIX) ? Base64.getDecoder().decode(text.substring(PREFIX.length()))
                : text.getBytes(StandardCharsets.UTF_8);
    }
}

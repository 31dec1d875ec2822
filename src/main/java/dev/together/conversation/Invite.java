package dev.together.conversation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The secret of a link that lets into a conversation: 256 bits.
 *
 * @param text as it stands in the link
 */
record Invite(String text) {

    /** In characters. */
    static final int LONGEST = 100;

    private static final int BYTES = 32;

    /** A new one. */
    static Invite random() {
        var bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return new Invite(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** What the store keeps of it: SHA-256 in hexadecimal. */
    String hash() {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return "Invite";
    }
}

package dev.together.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs tokens with a secret that lives as long as the benchmark (HS256). */
class Tokens {

    static final String SECRET = UUID.randomUUID() + "-" + UUID.randomUUID();

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final Duration LIFE = Duration.ofDays(1);

    private Tokens() {
    }

    static String anon() {
        return sign("{\"role\":\"anon\",\"exp\":" + end() + "}");
    }

    static String of(UUID user) {
        return sign("{\"role\":\"authenticated\",\"sub\":\"" + user + "\",\"exp\":" + end() + "}");
    }

    private static long end() {
        return Instant.now().plus(LIFE).getEpochSecond();
    }

    private static String sign(String claims) {
        var text = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + encode(claims);
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return text + "." + BASE64.encodeToString(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encode(String json) {
        return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}

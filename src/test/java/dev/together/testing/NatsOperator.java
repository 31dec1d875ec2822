package dev.together.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.UUID;

import io.nats.client.NKey;
import io.vertx.core.json.JsonObject;

/** Who says, for a {@code nats-server}, which users there are: an operator with one account, as {@code nsc} makes them. */
public class NatsOperator {

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final NKey operator;
    private final NKey account;

    public NatsOperator() {
        try {
            operator = NKey.createOperator(null);
            account = NKey.createAccount(null);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the server's configuration says of this operator. */
    public Path configuration(Path folder) {
        var accountsWord = jwt(operator, account, "account", new JsonObject().put("limits", new JsonObject()
                .put("subs", -1).put("conn", -1).put("leaf", -1).put("imports", -1).put("exports", -1)
                .put("data", -1).put("payload", -1).put("wildcards", true)));
        return write(folder, "operator.conf", "operator: %s%nresolver: MEMORY%nresolver_preload: { %s: %s }%n"
                .formatted(jwt(operator, operator, "operator", new JsonObject()), name(account), accountsWord));
    }

    /** A new user's credentials. */
    public Path credentials(Path folder) {
        try {
            var user = NKey.createUser(null);
            var word = jwt(account, user, "user", new JsonObject().put("subs", -1).put("data", -1).put("payload", -1));
            return write(folder, UUID.randomUUID() + ".creds", """
                    -----BEGIN NATS USER JWT-----
                    %s
                    ------END NATS USER JWT------

                    -----BEGIN USER NKEY SEED-----
                    %s
                    ------END USER NKEY SEED------
                    """.formatted(word, new String(user.getSeed())));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String jwt(NKey issuer, NKey subject, String type, JsonObject facts) {
        var claims = new JsonObject().put("jti", UUID.randomUUID().toString()).put("iat", 1).put("iss", name(issuer))
                .put("sub", name(subject)).put("name", type).put("nats", facts.put("type", type).put("version", 2));
        var signed = encode(new JsonObject().put("typ", "JWT").put("alg", "ed25519-nkey")) + "." + encode(claims);
        try {
            return signed + "." + BASE64.encodeToString(issuer.sign(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encode(JsonObject part) {
        return BASE64.encodeToString(part.encode().getBytes(StandardCharsets.UTF_8));
    }

    private static String name(NKey key) {
        try {
            return new String(key.getPublicKey());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path write(Path folder, String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

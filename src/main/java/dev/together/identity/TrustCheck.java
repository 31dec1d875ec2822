package dev.together.identity;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import dev.together.Settings;
import io.quarkus.runtime.configuration.ConfigurationException;

/** Refuses to start where nobody could be recognised, or where anybody could pass for somebody; in one sentence. */
class TrustCheck {

    private static final int LEAST_SECRET_BYTES = 32;
    private static final Pattern THIS_MACHINE = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1\\]");

    private TrustCheck() {
    }

    /** @throws ConfigurationException that says what to set */
    static void require(Settings.Jwt settings) {
        require(settings.secret().isPresent() || settings.jwksUrl().isPresent(),
                "No key to verify tokens with: set TOGETHER_JWT_SECRET (the secret that signs them,"
                        + " at least 32 bytes) or TOGETHER_JWT_JWKS_URL (where their issuer publishes its keys)");
        require(settings.secret().stream().allMatch(TrustCheck::isLong),
                "TOGETHER_JWT_SECRET is too short: it must have at least 32 bytes");
        require(settings.previousSecrets().orElse(List.of()).stream().allMatch(TrustCheck::isLong),
                "One of TOGETHER_JWT_PREVIOUS_SECRETS is too short: each must have at least 32 bytes");
        settings.jwksCertificates().orElse(List.of()).forEach(TrustCheck::requireReadable);
        settings.jwksUrl().ifPresent(address -> require(settings, address));
    }

    private static void require(Settings.Jwt settings, URI keys) {
        require(isPrivate(keys), "TOGETHER_JWT_JWKS_URL must be an https address without a login,"
                + " or an http address of this machine (localhost)");
        require(settings.issuer().isPresent() || settings.anyIssuer(), "With TOGETHER_JWT_JWKS_URL set TOGETHER_JWT_ISSUER"
                + " (the `iss` of its tokens), or TOGETHER_JWT_ANY_ISSUER=true");
        require(settings.audience().isPresent() || settings.anyAudience(), "With TOGETHER_JWT_JWKS_URL set"
                + " TOGETHER_JWT_AUDIENCE (the `aud` of its tokens), or TOGETHER_JWT_ANY_AUDIENCE=true");
    }

    private static void requireReadable(Path file) {
        require(Files.isReadable(file), "TOGETHER_JWT_JWKS_CERTIFICATES names " + file + ", which cannot be read");
    }

    private static void require(boolean isSo, String sentence) {
        if (!isSo) {
            throw new ConfigurationException(sentence);
        }
    }

    private static boolean isLong(String secret) {
        return secret.getBytes(StandardCharsets.UTF_8).length >= LEAST_SECRET_BYTES;
    }

    /** Whether nobody on the way could put other keys there. */
    private static boolean isPrivate(URI address) {
        if (address.getHost() == null || address.getRawUserInfo() != null) {
            return false;
        }
        return "https".equalsIgnoreCase(address.getScheme())
                || ("http".equalsIgnoreCase(address.getScheme()) && THIS_MACHINE.matcher(address.getHost()).matches());
    }
}

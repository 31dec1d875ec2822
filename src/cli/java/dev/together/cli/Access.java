package dev.together.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import picocli.CommandLine.Option;

/** The options that say where the server is, and how to be let in. */
class Access {

    static final ObjectMapper JSON = new ObjectMapper();

    private static final float MINUTES = 60;
    private static final int SECONDS_A_MINUTE = 60;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    @Option(names = "--url", defaultValue = "${env:URL:-http://127.0.0.1:8080}", description = "Where the server is (URL; ${DEFAULT-VALUE}).")
    URI url;

    @Option(names = "--secret", defaultValue = "${env:TOGETHER_JWT_SECRET}", description = "Signs tokens (TOGETHER_JWT_SECRET); else bring --token and --key.")
    @Nullable
    String secret;

    @Option(names = "--token", description = "The user's token, where there is no secret.")
    @Nullable
    String token;

    @Option(names = "--key", defaultValue = "${env:ANON_KEY}", description = "The anon key, where there is no secret (ANON_KEY).")
    @Nullable
    String key;

    @Option(names = "--issuer", defaultValue = "${env:TOGETHER_JWT_ISSUER}", split = ",", description = "What the server wants as `iss` of a token (TOGETHER_JWT_ISSUER).")
    @Nullable
    List<String> issuer;

    @Option(names = "--audience", defaultValue = "${env:TOGETHER_JWT_AUDIENCE}", split = ",", description = "What the server wants as `aud` of a token (TOGETHER_JWT_AUDIENCE).")
    @Nullable
    List<String> audience;

    /** The token of this user. */
    String tokenOf(UUID user) {
        return token != null ? token : signed("authenticated", user, MINUTES);
    }

    /** Whether every token may be a new one. */
    boolean canSign() {
        return secret != null && token == null;
    }

    String anonKey() {
        return key != null && secret == null ? key : signed("anon", null, MINUTES);
    }

    String signed(String role, @Nullable UUID user, float minutes) {
        var claims = JSON.createObjectNode().put("role", role).put("exp",
                Instant.now().getEpochSecond() + (long) (minutes * SECONDS_A_MINUTE));
        if (user != null) {
            claims.put("sub", user.toString());
        }
        if (issuer != null) {
            claims.put("iss", issuer.get(0));
        }
        if (audience != null) {
            claims.set("aud", JSON.valueToTree(audience));
        }
        return Signature.tokenOf(claims, Optional.ofNullable(secret).orElseThrow(() -> new IllegalStateException(
                "No secret to sign with: give --secret or TOGETHER_JWT_SECRET")));
    }

    /** Calls a function; gives its reply. */
    JsonNode call(String function, String bearer, JsonNode body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(url.resolve("/functions/v1/" + function)).timeout(TIMEOUT)
                .header("Content-Type", "application/json").header("Authorization", "Bearer " + bearer)
                .POST(BodyPublishers.ofString(body.toString())).build();
        var response = HTTP.send(request, BodyHandlers.ofString());
        var reply = JSON.readTree(response.body());
        if (response.statusCode() != 200) {
            throw new IOException(function + " answered " + response.statusCode() + ": " + reply.path("error").asText());
        }
        return reply;
    }

    /** The status of a GET. */
    static int status(URI address) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(address).timeout(TIMEOUT).build(), BodyHandlers.discarding()).statusCode();
    }

    /** A websocket that has joined this user's channel. */
    RealtimeClient online(UUID user, JsonNode config) throws IOException, InterruptedException {
        var address = URI.create(url.toString().replaceFirst("^http", "ws").replaceFirst("/$", "")
                + "/realtime/v1/websocket?vsn=2.0.0&apikey=" + anonKey());
        return RealtimeClient.open(HTTP, address, "realtime:user-realtime:" + user, tokenOf(user), config);
    }
}

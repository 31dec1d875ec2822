package dev.together.rest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

import dev.together.testing.TestTokens;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** The tables of a server, for whoever bears a token. */
record Tables(URI server, String token) {

    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    static Tables ofService(URI server) {
        return new Tables(server, TestTokens.service());
    }

    /** What came back. */
    record Reply(HttpResponse<String> response) {

        int status() {
            return response.statusCode();
        }

        String text() {
            return response.body();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** Without the spaces that are a matter of taste. */
        String json() {
            return text().startsWith("[") ? new JsonArray(text()).encode() : new JsonObject(text()).encode();
        }

        JsonArray rows() {
            return new JsonArray(text());
        }

        String code() {
            return new JsonObject(text()).getString("code");
        }

        String message() {
            return new JsonObject(text()).getString("message");
        }
    }

    /** Reads with a query as people write it; each name and value is encoded as supabase-js does. */
    Reply get(String table, String query, String... headers) {
        return send("GET", table, query, "", headers);
    }

    Reply send(String method, String table, String query, String body, String... headers) {
        var address = "/rest/v1/" + table + (query.isEmpty() ? "" : "?" + encoded(query));
        var request = HttpRequest.newBuilder(server.resolve(address)).timeout(Duration.ofSeconds(30))
                .header("Origin", "https://frontend.example").header("Authorization", "Bearer " + token)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(request);
    }

    static Reply send(HttpRequest.Builder request) {
        try {
            return new Reply(HTTP.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(String query) {
        return Arrays.stream(query.split("&")).map(part -> {
            int sign = part.indexOf('=');
            return part(part.substring(0, sign)) + "=" + part(part.substring(sign + 1));
        }).collect(Collectors.joining("&"));
    }

    private static String part(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

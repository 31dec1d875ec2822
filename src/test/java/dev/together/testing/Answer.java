package dev.together.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.List;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import io.vertx.core.json.JsonObject;

/** What a function answered. */
public record Answer(int status, JsonObject body, HttpHeaders headers) {

    static Answer of(HttpResponse<String> response) {
        var text = response.body();
        return new Answer(response.statusCode(), text.startsWith("{") ? new JsonObject(text) : new JsonObject(),
                response.headers());
    }

    /** The sentence of a failure. */
    public String error() {
        return String.valueOf(body.getString("error"));
    }

    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** What was asked for; fails unless the request succeeded. */
    @CanIgnoreReturnValue
    public JsonObject succeeds() {
        assertThat(status).as(body.encode()).isEqualTo(200);
        return body;
    }

    /** Fails unless the request was refused so, in a sentence with these words that a browser may read. */
    public void isRefused(int expected, String... words) {
        assertThat(status).as(body.encode()).isEqualTo(expected);
        assertThat(List.of(words)).allSatisfy(word -> assertThat(error()).contains(word));
        assertThat(header("access-control-allow-origin")).isNotEmpty();
        assertThat(header("content-type")).startsWith("application/json");
    }
}

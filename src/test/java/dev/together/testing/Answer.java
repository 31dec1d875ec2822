package dev.together.testing;

import io.vertx.core.json.JsonObject;

/** What a function answered. */
public record Answer(int status, JsonObject body, java.net.http.HttpHeaders headers) {

    /** The sentence of a failure. */
    public String error() {
        return String.valueOf(body.getString("error"));
    }
}

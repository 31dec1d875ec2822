package dev.together.realtime;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.netty.handler.codec.http.QueryStringDecoder;

/**
 * What a client says when it opens its websocket.
 *
 * @param apiKey empty when it brings none
 * @param vsn the version of the protocol; 1.0.0 when it does not say
 */
record Handshake(String apiKey, String vsn) {

    static final String KEY_HEADER = "x-api-key";

    private static final String V1 = "1.0.0";
    private static final String V2 = "2.0.0";

    /** The header wins over the query. */
    static Handshake of(@Nullable String keyHeader, @Nullable String query) {
        var parameters = new QueryStringDecoder("?" + (query == null ? "" : query)).parameters();
        var key = keyHeader != null ? keyHeader : parameters.getOrDefault("apikey", List.of("")).get(0);
        return new Handshake(key, parameters.getOrDefault("vsn", List.of(V1)).get(0));
    }

    boolean isKnownVersion() {
        return vsn.equals(V1) || vsn.equals(V2);
    }

    boolean isV2() {
        return vsn.equals(V2);
    }
}

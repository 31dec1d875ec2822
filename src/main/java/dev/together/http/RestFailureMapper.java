package dev.together.http;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MediaType;

import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.json.JsonObject;

/** Gives each failure of {@code /rest/v1} the four fields that clients of PostgREST look for. */
class RestFailureMapper {

    private static final String TABLES = "/rest/";

    /** The body of every failure there. */
    @RegisterForReflection
    @JsonPropertyOrder({ "code", "message", "details", "hint" })
    record Body(String code, String message, @Nullable String details, @Nullable String hint) {
    }

    @ServerExceptionMapper
    RestResponse<Body> refused(RestFailure failure) {
        return ResponseBuilder.<Body> create(failure.status()).type(MediaType.APPLICATION_JSON_TYPE).entity(failure.body())
                .build();
    }

    /** What the functions refuse in a sentence. */
    @ServerResponseFilter
    void translate(ContainerRequestContext request, ContainerResponseContext response) {
        if (isOfTables(request.getUriInfo().getPath()) && response.getEntity() instanceof FailureMapper.Body failure) {
            response.setEntity(body(response.getStatus(), failure.error()));
        }
    }

    static boolean isOfTables(String path) {
        return path.startsWith(TABLES);
    }

    /** The same for who answers without JAX-RS. */
    static JsonObject json(int status, String sentence) {
        var body = body(status, sentence);
        return new JsonObject().put("code", body.code).put("message", body.message).putNull("details").putNull("hint");
    }

    private static Body body(int status, String sentence) {
        return switch (status) {
            case 401 -> unauthenticated(sentence);
            case 404 -> new Body("PGRST125", "Invalid path specified in request URL", sentence, null);
            case 405 -> new Body("PGRST117", "Unsupported HTTP method", "Tables are read with GET and HEAD", null);
            default -> new Body(code(status), sentence, null, null);
        };
    }

    private static Body unauthenticated(String sentence) {
        if (sentence.contains("expired")) {
            return new Body("PGRST301", "JWT expired", sentence, null);
        }
        return sentence.contains("required") ? new Body("PGRST302", "Anonymous access is disabled", sentence, null)
                : new Body("PGRST301", sentence, null, null);
    }

    private static String code(int status) {
        return switch (status) {
            case 400, 415, 411 -> "PGRST102";
            case 403 -> "42501";
            case 409 -> "23505";
            case 413 -> "54000";
            case 429 -> "53400";
            case 503 -> "PGRST001";
            default -> "XX000";
        };
    }
}

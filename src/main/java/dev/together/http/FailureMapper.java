package dev.together.http;

import static dev.together.http.Failure.Code.INVALID;
import static dev.together.http.Failure.Code.UNAUTHENTICATED;
import static dev.together.http.Failure.Code.UNAVAILABLE;

import java.util.Map;
import java.util.stream.Collectors;

import jakarta.enterprise.event.Event;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Path;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;

import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;

import dev.together.log.LogEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** Turns whatever went wrong into a status and {@code {"error": "<sentence>"}}. */
class FailureMapper {

    private static final SnakeCaseStrategy NAMES = new SnakeCaseStrategy();
    private static final String RETRY_AFTER_SECONDS = "1";

    /** The REST broadcast is Supabase's, and its clients look for {@code message}. */
    private static final String BROADCASTS = "/realtime/v1/api/";

    private final Event<StoreReadOnly> readOnly;

    FailureMapper(Event<StoreReadOnly> readOnly) {
        this.readOnly = readOnly;
    }

    /** The body of every failure. */
    @RegisterForReflection
    record Body(String error) {
    }

    @ServerExceptionMapper
    RestResponse<?> refused(Failure failure, UriInfo uri) {
        if (uri.getPath().startsWith(BROADCASTS)) {
            var sentence = failure.code() == UNAUTHENTICATED ? "Unauthorized" : failure.sentence();
            return builder(failure.code().status(), Map.of("message", sentence), failure.code().isPassing()).build();
        }
        return answer(failure);
    }

    @ServerExceptionMapper
    RestResponse<Body> invalid(ConstraintViolationException violations) {
        return answer(INVALID, violations.getConstraintViolations().stream()
                .map(FailureMapper::sentence).sorted().limit(Failure.MOST_SENTENCES).collect(Collectors.joining("; ")));
    }

    @ServerExceptionMapper
    RestResponse<Body> unreadable(WebApplicationException failure) {
        int status = failure.getResponse().getStatus();
        if (failure instanceof NotAllowedException) {
            return answer(status, "This function is called with POST");
        }
        if (failure instanceof NotSupportedException) {
            return answer(status, "The content type must be application/json");
        }
        if (failure instanceof NotFoundException) {
            return answer(status, "There is no such function");
        }
        if (status == 413) {
            return answer(status, "The body is too large");
        }
        if (status >= 500) {
            return unexpected(failure);
        }
        var unsound = UnsoundText.sentence(failure.getCause());
        if (unsound != null) {
            return answer(status, unsound);
        }
        return answer(status, failure.getCause() instanceof JsonMappingException cause ? sentence(cause)
                : "The body must be valid JSON");
    }

    @ServerExceptionMapper
    RestResponse<Body> mistyped(MismatchedInputException mistyped) {
        return answer(INVALID, sentence(mistyped));
    }

    @ServerExceptionMapper
    RestResponse<Body> unreasonable(StreamConstraintsException nested) {
        return answer(INVALID, "The JSON of the body is nested too deeply, or a name or number in it is too long");
    }

    @ServerExceptionMapper
    RestResponse<Body> unexpected(Throwable failure) {
        if (failure.getCause() instanceof Failure refused) {
            // Its transaction could not be rolled back either, and both are told.
            return answer(refused);
        }
        if (StoreFailure.isReadOnly(failure)) {
            readOnly.fire(new StoreReadOnly());
        }
        if (StoreFailure.isPassing(failure)) {
            LogEvent.warn(FailureMapper.class, "store_unavailable").with("error", failure.getClass().getName()).log();
            return answer(UNAVAILABLE, "The database is not available; try again");
        }
        LogEvent.error(FailureMapper.class, "request_failed").withoutMessage(failure).log();
        return answer(500, "Something went wrong here");
    }

    private static String sentence(ConstraintViolation<?> violation) {
        var path = new StringBuilder();
        int depth = 0;
        for (Path.Node node : violation.getPropertyPath()) {
            // The first two are the method and its parameter.
            if (depth++ < 2 || node.getName() == null || node.getName().startsWith("<")) {
                appendIndex(path, node);
                continue;
            }
            appendIndex(path, node);
            path.append(path.isEmpty() ? "" : ".").append(NAMES.translate(node.getName()));
        }
        return (path.isEmpty() ? "The body" : "`" + path + "`") + " " + violation.getMessage();
    }

    private static void appendIndex(StringBuilder path, Path.Node node) {
        if (node.getIndex() != null) {
            path.append('[').append(node.getIndex()).append(']');
        }
    }

    private static String sentence(JsonMappingException mistyped) {
        var path = new StringBuilder();
        for (var reference : mistyped.getPath()) {
            if (reference.getFieldName() == null) {
                path.append('[').append(reference.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
            }
        }
        return path.isEmpty() ? "The body must be a JSON object" : "`" + path + "` has the wrong type";
    }

    private static RestResponse<Body> answer(Failure failure) {
        var answer = builder(failure.code().status(), new Body(failure.sentence()), false);
        return failure.code().isPassing() ? answer.header("Retry-After", failure.retryAfterSeconds()).build() : answer.build();
    }

    private static RestResponse<Body> answer(Failure.Code code, String sentence) {
        return builder(code.status(), new Body(sentence), code.isPassing()).build();
    }

    private static RestResponse<Body> answer(int status, String sentence) {
        return builder(status, new Body(sentence), false).build();
    }

    private static <T> ResponseBuilder<T> builder(int status, T body, boolean isPassing) {
        var builder = ResponseBuilder.<T> create(status).type(MediaType.APPLICATION_JSON_TYPE).entity(body);
        return isPassing ? builder.header("Retry-After", RETRY_AFTER_SECONDS) : builder;
    }
}

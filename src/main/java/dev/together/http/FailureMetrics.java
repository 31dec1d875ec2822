package dev.together.http;

import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerResponseContext;

import org.jboss.resteasy.reactive.server.ServerResponseFilter;

import io.micrometer.core.instrument.MeterRegistry;

/** Counts the requests that are refused, by the reason that their status gives. */
@Singleton
class FailureMetrics {

    private static final int FIRST_FAILURE = 400;

    private final MeterRegistry registry;

    FailureMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @ServerResponseFilter
    void count(ContainerResponseContext response) {
        if (response.getStatus() >= FIRST_FAILURE) {
            refused(response.getStatus());
        }
    }

    /** A request was answered with this status. */
    void refused(int status) {
        registry.counter("together.refusals", "what", "request", "reason", reason(status)).increment();
    }

    private static String reason(int status) {
        return switch (status) {
            case 400, 422 -> "invalid";
            case 401 -> "unauthenticated";
            case 403 -> "forbidden";
            case 404 -> "not_found";
            case 405 -> "method_not_allowed";
            case 409 -> "conflict";
            case 411 -> "length_required";
            case 413 -> "too_large";
            case 415 -> "unsupported_type";
            case 429 -> "too_many";
            case 503 -> "unavailable";
            default -> "failed";
        };
    }
}

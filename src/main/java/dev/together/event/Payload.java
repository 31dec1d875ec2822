package dev.together.event;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** The payload of a broadcast frame; {@code meta} is last, so that a replay can add to it. */
@RegisterForReflection
@JsonInclude(Include.NON_NULL)
record Payload(String type, String event, Object payload, @Nullable Meta meta) {

    /** What is said about the event itself. */
    @RegisterForReflection
    record Meta(String id) {
    }
}

package dev.together.http;

import jakarta.inject.Singleton;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.quarkus.jackson.ObjectMapperCustomizer;

/** Ends the reading of JSON, of a body or a frame, that has more in it than anybody means. */
@Singleton
class JsonBounds implements ObjectMapperCustomizer {

    @Override
    public void customize(ObjectMapper mapper) {
        var factory = mapper.getFactory();
        factory.setStreamReadConstraints(
                factory.streamReadConstraints().rebuild().maxTokenCount(2L * JsonWeight.MOST_VALUES).build());
    }
}

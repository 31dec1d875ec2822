package dev.together.http;

import java.util.Map;

import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Operation;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.quarkus.smallrye.openapi.OpenApiFilter.RunStage;

/** Adds the answers that every function may give to its description, at build time. */
@OpenApiFilter(RunStage.BUILD)
public class CommonAnswers implements OASFilter {

    private static final Map<String, String> ANSWERS = Map.of("400", "Invalid", "401", "Unauthenticated", "413", "TooLarge",
            "415", "UnsupportedType", "503", "Unavailable");

    @Override
    public Operation filterOperation(Operation operation) {
        ANSWERS.forEach((status, name) -> operation.getResponses()
                .addAPIResponse(status, OASFactory.createAPIResponse().ref("#/components/responses/" + name)));
        return operation;
    }
}

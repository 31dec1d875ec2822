package dev.together.rest;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import jakarta.ws.rs.container.ContainerRequestContext;

import dev.together.http.RestFailure;

/** Which of the shapes that an answer may have its reader accepts. */
enum MediaTypes {

    LIST("application/json; charset=utf-8"),
    OBJECT("application/vnd.pgrst.object+json; charset=utf-8");

    private static final Set<String> LISTS = Set.of("*/*", "application/*", "application/json",
            "application/vnd.pgrst.array+json", "application/vnd.pgrst.array");
    private static final Set<String> OBJECTS = Set.of("application/vnd.pgrst.object+json", "application/vnd.pgrst.object");

    private final String contentType;

    MediaTypes(String contentType) {
        this.contentType = contentType;
    }

    String contentType() {
        return contentType;
    }

    /** The first that is accepted and can be had. */
    static MediaTypes of(ContainerRequestContext request) {
        var accepted = request.getHeaders().getOrDefault("accept", List.of("*/*")).stream()
                .flatMap(line -> Arrays.stream(line.split(","))).map(MediaTypes::normal).filter(type -> !type.isEmpty())
                .toList();
        for (var type : accepted) {
            if (OBJECTS.contains(type)) {
                return OBJECT;
            }
            if (LISTS.contains(type)) {
                return LIST;
            }
        }
        if (accepted.isEmpty()) {
            return LIST;
        }
        throw new RestFailure(406, "PGRST107", "None of these media types are available: " + String.join(", ", accepted),
                null);
    }

    /** Without what is a matter of taste. */
    private static String normal(String type) {
        return Arrays.stream(type.split(";")).map(part -> part.strip().toLowerCase(Locale.ROOT).replace(" ", ""))
                .filter(part -> !part.startsWith("q=") && !part.startsWith("charset="))
                .reduce((one, other) -> one + ";" + other)
                .orElse("");
    }
}

package dev.together.deploy;

import java.util.List;

import dev.together.testing.Program;

/** What builds the overlays: {@code kustomize} or {@code kubectl}. */
final class Kustomize {

    private Kustomize() {
    }

    /** The command that builds a folder. */
    static List<String> command() {
        var program = Program.KUSTOMIZE.path();
        return List.of(program.toString(), program.endsWith("kubectl") ? "kustomize" : "build");
    }
}

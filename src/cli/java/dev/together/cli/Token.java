package dev.together.cli;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that issues a token. */
@Command(name = "token", description = "Prints a token: of a user, or with --role of anon or service_role.")
class Token implements Runnable {

    @Spec
    CommandSpec spec;

    @Mixin
    Access access;

    @Option(names = "--user", description = "Whose token it is.")
    @Nullable
    UUID user;

    @Option(names = "--role", defaultValue = "authenticated", description = "authenticated, anon or service_role.")
    String role;

    @Option(names = "--minutes", defaultValue = "60", description = "How long it is good (${DEFAULT-VALUE}).")
    float minutes;

    @Override
    public void run() {
        if (user == null && role.equals("authenticated")) {
            throw new IllegalArgumentException("Say whose token it is: --user <id>");
        }
        spec.commandLine().getOut().println(access.signed(role, user, minutes));
    }
}

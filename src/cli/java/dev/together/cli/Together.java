package dev.together.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code together}; nothing of it is on the server's way to its start. */
@Command(name = "together", mixinStandardHelpOptions = true, description = "Speaks to Together as a client does.", subcommands = {
        Token.class, Tail.class, Send.class, Replay.class, Doctor.class })
public class Together {

    Together() {
    }

    public static void main(String... arguments) {
        System.exit(command().execute(arguments));
    }

    /** The command, which ends with 1 and a sentence when something is wrong, and with 2 when it was called wrongly. */
    static CommandLine command() {
        return new CommandLine(new Together()).setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println(failure.getMessage());
            return 1;
        });
    }
}

package dev.together.cli;

import java.util.UUID;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command that sends a message. */
@Command(name = "send", description = "Sends a message to a conversation and prints the reply.")
class Send implements Callable<Integer> {

    @Spec
    CommandSpec spec;

    @Mixin
    Access access;

    @Option(names = "--user", required = true, description = "Who sends.")
    UUID user;

    @Option(names = "--chat", required = true, description = "The conversation.")
    UUID chat;

    @Option(names = "--mode", defaultValue = "together", description = "Its mode (${DEFAULT-VALUE}).")
    String mode;

    @Parameters(description = "The text.")
    String text;

    @Override
    public Integer call() throws Exception {
        var message = Access.JSON.createObjectNode().put("chat_id", chat.toString()).put("mode", mode).put("text", text)
                .put("client_msg_id", UUID.randomUUID().toString());
        spec.commandLine().getOut().println(access.call("chat-send", access.tokenOf(user), message));
        return 0;
    }
}

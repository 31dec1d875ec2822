package dev.together.companion;

import java.io.IOException;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Whose channel is listened to, and where what is heard is printed. */
class Audience {

    @Spec(Spec.Target.MIXEE)
    CommandSpec spec;

    @Mixin
    Access access;

    @Option(names = "--user", required = true, description = "Whose channel.")
    UUID user;

    /** A websocket that has joined the channel. */
    Line online(JsonNode config) throws IOException, InterruptedException {
        return access.online(user, config);
    }

    Printer printer() {
        return new Printer(spec.commandLine().getOut());
    }
}

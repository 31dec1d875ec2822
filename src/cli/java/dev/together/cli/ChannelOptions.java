package dev.together.cli;

import java.io.IOException;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that say whose channel to join, and where its events are printed. */
class ChannelOptions {

    @Spec(Spec.Target.MIXEE)
    CommandSpec spec;

    @Mixin
    Access access;

    @Option(names = "--user", required = true, description = "Whose channel.")
    UUID user;

    /** A websocket that has joined the channel. */
    RealtimeClient online(JsonNode config) throws IOException, InterruptedException {
        return access.online(user, config);
    }

    Printer printer() {
        return new Printer(spec.commandLine().getOut());
    }
}

package dev.together.cli;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The command that checks a deployment: it ends with 0 when all is well.
 *
 * <p>
 * It is a new user who opens a conversation of the mode {@code doctor} and receives its event; that conversation stays.
 */
@Command(name = "doctor", description = "Checks readiness, keys, websocket, database, broker and clock, as a new user.")
class Doctor implements Callable<Integer> {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration TOLERATED = Duration.ofSeconds(2);

    @Spec
    CommandSpec spec;

    @Mixin
    Access access;

    @Option(names = "--management", description = "Where the management port is, such as http://127.0.0.1:9000.")
    @Nullable
    URI management;

    private boolean isIll;

    @Override
    public Integer call() throws Exception {
        var printer = new Printer(spec.commandLine().getOut());
        if (management != null) {
            ready(printer, management.resolve("/q/health/ready"));
        }
        try {
            talk(printer, UUID.randomUUID());
        } catch (IOException | IllegalStateException e) {
            report(printer, "talk", false, String.valueOf(e.getMessage()));
        }
        return isIll ? 1 : 0;
    }

    private void ready(Printer printer, URI address) throws InterruptedException {
        try {
            int status = Access.status(address);
            report(printer, "readiness", status == 200, address + " answers " + status);
        } catch (IOException e) {
            report(printer, "readiness", false, address + " does not answer");
        }
    }

    private void talk(Printer printer, UUID user) throws IOException, InterruptedException {
        try (var client = access.online(user, Access.JSON.createObjectNode())) {
            report(printer, "keys and websocket", true, "a new user was let into their channel");
            var before = Instant.now();
            var reply = access.call("create-conversation", access.tokenOf(user),
                    Access.JSON.createObjectNode().put("mode", "doctor"));
            var answered = Instant.now();
            report(printer, "database", true, "stored in " + Duration.between(before, answered).toMillis() + " ms");
            var event = client.next(TIMEOUT);
            var after = Duration.between(before, Instant.now()).toMillis();
            report(printer, "broker and round trip", event != null,
                    event == null ? "nothing came within " + TIMEOUT.toSeconds() + " s" : "event after " + after + " ms");
            clock(printer, Instant.parse(reply.path("conversation").path("created_at").asText()), before, answered);
        }
    }

    /** The database stamped the conversation between the two moments, if the clocks agree. */
    private void clock(Printer printer, Instant stamped, Instant before, Instant after) {
        var skew = Duration.ZERO;
        if (stamped.isBefore(before)) {
            skew = Duration.between(stamped, before);
        } else if (stamped.isAfter(after)) {
            skew = Duration.between(after, stamped);
        }
        report(printer, "clock", skew.compareTo(TOLERATED) < 0,
                "the database's and this machine's differ by " + skew.toMillis() + " ms");
    }

    private void report(Printer printer, String name, boolean isWell, String sentence) {
        isIll |= !isWell;
        printer.check(name, isWell, sentence);
    }
}

package dev.together.companion;

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
 * Looks a deployment over: ends with 0 when all is well.
 *
 * <p>
 * It is a new user who opens a conversation of the mode {@code doctor} and hears of it; that conversation stays.
 */
@Command(name = "doctor", description = "Checks readiness, keys, websocket, database, broker and clock, as a new user.")
class Doctor implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
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
            tell(printer, "talk", false, String.valueOf(e.getMessage()));
        }
        return isIll ? 1 : 0;
    }

    private void ready(Printer printer, URI address) throws InterruptedException {
        try {
            int status = Access.status(address);
            tell(printer, "readiness", status == 200, address + " answers " + status);
        } catch (IOException e) {
            tell(printer, "readiness", false, address + " does not answer");
        }
    }

    private void talk(Printer printer, UUID user) throws IOException, InterruptedException {
        try (var line = access.online(user, Access.JSON.createObjectNode())) {
            tell(printer, "keys and websocket", true, "a new user was let into their channel");
            var before = Instant.now();
            var reply = access.call("create-conversation", access.tokenOf(user),
                    Access.JSON.createObjectNode().put("mode", "doctor"));
            var answered = Instant.now();
            tell(printer, "database", true, "stored in " + Duration.between(before, answered).toMillis() + " ms");
            var told = line.next(PATIENCE);
            var after = Duration.between(before, Instant.now()).toMillis();
            tell(printer, "broker and round trip", told != null,
                    told == null ? "nothing came within " + PATIENCE.toSeconds() + " s" : "told after " + after + " ms");
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
        tell(printer, "clock", skew.compareTo(TOLERATED) < 0,
                "the database's and this machine's differ by " + skew.toMillis() + " ms");
    }

    private void tell(Printer printer, String name, boolean isWell, String sentence) {
        isIll |= !isWell;
        printer.check(name, isWell, sentence);
    }
}

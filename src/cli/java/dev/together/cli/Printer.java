package dev.together.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine.Help.Ansi;

/** The output of the commands: in colours where a person watches, as a line of JSON each where a program reads. */
class Printer {

    private final PrintWriter out;
    private final boolean isWatched;

    Printer(PrintWriter out) {
        this.out = out;
        this.isWatched = isTerminal(System.console());
    }

    void event(JsonNode broadcast) {
        var latency = latency(broadcast);
        if (!isWatched) {
            var line = Access.JSON.createObjectNode().put("event", broadcast.path("event").asText())
                    .put("id", broadcast.path("meta").path("id").asText())
                    .put("replayed", broadcast.path("meta").path("replayed").asBoolean());
            if (latency != null) {
                line.put("latency_ms", latency);
            }
            out.println(line.set("payload", broadcast.path("payload")));
        } else {
            var after = latency == null ? "" : " @|faint after " + latency + " ms|@";
            out.println(Ansi.AUTO.string("@|bold,cyan " + broadcast.path("event").asText() + "|@" + after)
                    + " " + broadcast.path("payload"));
        }
        out.flush();
    }

    void check(String name, boolean isWell, String sentence) {
        if (isWatched) {
            out.println(Ansi.AUTO.string(isWell ? "@|green well|@ " : "@|bold,red ill |@ ") + name + ": " + sentence);
        } else {
            out.println(Access.JSON.createObjectNode().put("check", name).put("well", isWell).put("sentence", sentence));
        }
        out.flush();
    }

    /** From Java 22 on there is a console where nobody watches, too; only those say which of the two it is. */
    private static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** From the commit to now by this machine's clock; null for what is sent again or carries no time. */
    private static @Nullable Long latency(JsonNode broadcast) {
        var payload = broadcast.path("payload");
        var at = payload.path("message").path("created_at").asText(payload.path("data").path("updated_at").asText());
        if (at.isEmpty() || broadcast.path("meta").path("replayed").asBoolean()) {
            return null;
        }
        return Duration.between(Instant.parse(at), Instant.now()).toMillis();
    }
}

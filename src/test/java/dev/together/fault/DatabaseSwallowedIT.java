package dev.together.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.together.testing.AtOnce;
import dev.together.testing.FragileDatabase;
import dev.together.testing.Person;
import dev.together.testing.Proxy;
import dev.together.testing.TestProcess;
import dev.together.testing.TogetherProcess;
import io.vertx.core.json.JsonObject;

/** A network that has forgotten the connections to a database that is well: nobody is told that they are lost. */
class DatabaseSwallowedIT {

    /** More than a process has connections to the database. */
    private static final int AT_ONCE = 40;
    private static final Duration HEALS_WITHIN = Duration.ofSeconds(20);

    @Test
    void callers_are_answered_and_the_connections_are_replaced() {
        try (var database = FragileDatabase.start();
                var network = new Proxy(URI.create("tcp://127.0.0.1:" + database.port()));
                var process = behind(network, database);
                var alice = new Person(process.url())) {
            var chat = alice.opens();
            TestProcess.waitUntil(HEALS_WITHIN, () -> allSucceed(callsAtOnce(alice, chat)));

            network.swallow();

            assertThat(callsAtOnce(alice, chat)).contains(503).isSubsetOf(200, 503);
            TestProcess.waitUntil(HEALS_WITHIN, () -> allSucceed(callsAtOnce(alice, chat)));
        }
    }

    private static TogetherProcess behind(Proxy network, FragileDatabase database) {
        var environment = new HashMap<>(database.environment());
        environment.put("TOGETHER_DATABASE_URL", "postgresql://127.0.0.1:" + network.url().getPort() + "/postgres");
        environment.put("TOGETHER_LIMITS_SENDS_PER_SECOND", "1000");
        return TogetherProcess.start(environment);
    }

    /** Sends, which share a connection, and reads, which need every one that there is. */
    private static List<Integer> callsAtOnce(Person person, String chat) {
        return AtOnce.call(AT_ONCE, index -> index % 4 == 0
                ? person.calls("chat-send", Person.message(chat, "Hello")).status()
                : person.calls("chat-history", new JsonObject().put("chat_id", chat)).status());
    }

    private static boolean allSucceed(List<Integer> statuses) {
        return statuses.stream().allMatch(status -> status == 200);
    }
}

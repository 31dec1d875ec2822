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
            TestProcess.waitUntil(HEALS_WITHIN, () -> allSucceed(sendsAtOnce(alice, chat)));

            network.swallow();

            assertThat(sendsAtOnce(alice, chat)).contains(503).isSubsetOf(200, 503);
            TestProcess.waitUntil(HEALS_WITHIN, () -> allSucceed(sendsAtOnce(alice, chat)));
        }
    }

    private static TogetherProcess behind(Proxy network, FragileDatabase database) {
        var environment = new HashMap<>(database.environment());
        environment.put("TOGETHER_DATABASE_URL", "postgresql://127.0.0.1:" + network.url().getPort() + "/postgres");
        environment.put("TOGETHER_LIMITS_SENDS_PER_SECOND", "1000");
        return TogetherProcess.start(environment);
    }

    private static List<Integer> sendsAtOnce(Person person, String chat) {
        return AtOnce.call(AT_ONCE, index -> person.calls("chat-send", Person.message(chat, "Hello")).status());
    }

    private static boolean allSucceed(List<Integer> statuses) {
        return statuses.stream().allMatch(status -> status == 200);
    }
}

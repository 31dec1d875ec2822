package dev.together;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.together.testing.KotlinClient;
import dev.together.testing.Person;
import dev.together.testing.Pods;
import dev.together.testing.Proxy;
import dev.together.testing.TestTokens;
import dev.together.testing.TogetherProcess;

/**
 * The real Kotlin client on two pods: its refs begin anew on each socket, it cannot ask for a replay, and it hears nothing more
 * after an error on its channel until its heartbeat fails.
 */
@SuppressWarnings("NullAway.Init") // set before
class KotlinClientIT {

    private static final int EVENTS = 100;
    private static final int SECONDS_TO_LIVE = 6;

    private static Pods pods;
    private static TogetherProcess one;
    private static TogetherProcess two;

    private final Person alice = new Person(two.url());
    private final Person bob = new Person(two.url());
    private volatile TogetherProcess next = one;
    private final Proxy network = new Proxy(() -> next.url());
    private final KotlinClient client = new KotlinClient(network.url(), bob.token);
    private String chat;
    private int said;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        KotlinClient.build();
        pods = new Pods();
        var variables = Map.of("TOGETHER_LIMITS_SENDS_PER_SECOND", "1000", "TOGETHER_REALTIME_OPEN_TOPICS", "room-*",
                "TOGETHER_REALTIME_TOKEN_GRACE", "1s");
        one = pods.start(variables);
        two = pods.start(variables);
    }

    @AfterAll
    static void end() {
        if (pods != null) {
            pods.close();
        }
    }

    @BeforeEach
    void open() {
        chat = alice.opensWith(bob);
    }

    @AfterEach
    void leave() {
        client.close();
        network.close();
        alice.close();
        bob.close();
    }

    @Test
    void it_joins_and_hears_everything() {
        client.joins("user-realtime:" + bob.id);

        aliceSays(EVENTS);

        client.hearsUpTo(said);
    }

    @Test
    void it_sends() {
        var room = "room-" + UUID.randomUUID();
        var alicesWire = alice.wire("2.0.0");
        alicesWire.joins("realtime:" + room, alice.token);
        client.joins(room);

        client.sends("cursor");

        alicesWire.hears("cursor");
    }

    @Test
    void after_a_cut_it_has_all() {
        client.joins("user-realtime:" + bob.id);
        aliceSays(1);
        client.hearsUpTo(said);

        network.cut();
        aliceSays(EVENTS);
        client.joined(2);
        aliceSays(EVENTS);

        client.hearsUpTo(said);
    }

    @Test
    void after_a_drain_it_has_all_on_another_pod() {
        client.joins("user-realtime:" + bob.id);
        aliceSays(1);
        client.hearsUpTo(said);
        next = two;

        one.terminate();
        client.isAway(1);
        aliceSays(EVENTS);
        client.joined(2);
        aliceSays(EVENTS);

        client.hearsUpTo(said);
        one.stop();
        one.restart();
    }

    @Test
    void after_its_token_has_expired_it_is_back_with_a_new_one_and_has_all() {
        client.bears(TestTokens.ofUser(bob.id, Instant.now().plusSeconds(SECONDS_TO_LIVE)));
        client.joins("user-realtime:" + bob.id);
        aliceSays(1);
        client.hearsUpTo(said);

        client.bears(bob.token);
        client.isAway(1);
        aliceSays(EVENTS);
        client.joined(2);
        aliceSays(EVENTS);

        client.hearsUpTo(said);
    }

    @Test
    void after_a_send_that_is_denied_it_hears_on() {
        client.joins("user-realtime:" + bob.id);

        client.sends("message-insert");
        aliceSays(EVENTS);

        client.hearsUpTo(said);
    }

    private void aliceSays(int count) {
        for (int i = 0; i < count; i++) {
            alice.says(chat, "Number " + ++said);
        }
    }
}

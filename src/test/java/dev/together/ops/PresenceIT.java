package dev.together.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.together.testing.Needs;
import dev.together.testing.NodeClient;
import dev.together.testing.Person;
import dev.together.testing.Pods;
import dev.together.testing.Program;
import dev.together.testing.TestTokens;
import dev.together.testing.TogetherProcess;
import dev.together.testing.Wire;
import io.vertx.core.json.JsonObject;

/** Who is here, across processes: Alice is on one that lives, Bob on one that is killed. */
@SuppressWarnings("NullAway.Init") // set before all
@Needs(Program.NATS_SERVER)
class PresenceIT {

    /** The server's ten seconds, and what a busy machine makes of them. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Pods pods;
    private static TogetherProcess one;
    private static TogetherProcess two;

    private final Person alice = new Person(one.url());
    private final Person bob = new Person(two.url());

    @BeforeAll
    static void start() {
        pods = new Pods();
        one = pods.start();
        two = pods.start();
    }

    @AfterAll
    static void end() {
        pods.close();
    }

    @AfterEach
    void leave() {
        alice.close();
        bob.close();
    }

    @Test
    void the_participants_on_both_are_seen_on_both_and_a_stranger_on_either_sees_nobody() {
        var topic = topic(alice.opensWith(bob));
        var here = new Here(alice.wire("2.0.0"), topic, alice, "alice");
        var there = new Here(bob.wire("1.0.0"), topic, bob, "bob");
        try (var eve = new Person(two.url())) {
            assertThat(eve.wire("2.0.0").join(topic, request(eve, "eve")).reason()).startsWith("Unauthorized: ");
        }

        here.tracks();
        there.tracks();
        here.sees("alice", "bob");
        there.sees("alice", "bob");
        there.untracks();
        here.sees("alice");
        there.sees("alice");
    }

    @Test
    void who_was_on_a_killed_process_is_gone_and_seen_again_on_another() {
        var doomed = pods.start();
        var topic = topic(alice.opensWith(bob));
        var here = new Here(alice.wire("2.0.0"), topic, alice, "alice");
        var there = new Here(Wire.open(doomed.url(), TestTokens.anon(), "2.0.0"), topic, bob, "bob");
        here.tracks();
        there.tracks();
        here.sees("alice", "bob");

        doomed.kill();

        here.sees("alice");
        var back = new Here(bob.wire("2.0.0"), topic, bob, "bob");
        back.sees("alice");
        back.tracks();
        here.sees("alice", "bob");
    }

    @Test
    void who_is_here_is_seen_again_when_nats_was_away() {
        var topic = topic(alice.opensWith(bob));
        var here = new Here(alice.wire("2.0.0"), topic, alice, "alice");
        var there = new Here(bob.wire("2.0.0"), topic, bob, "bob");
        here.tracks();
        there.tracks();
        here.sees("alice", "bob");

        pods.nats.kill();
        there.untracks();
        here.sees("alice");
        there.sees();
        there.tracks();
        pods.nats.startAgain();

        here.sees("alice", "bob");
        there.sees("alice", "bob");
    }

    @Test
    void it_ends_on_the_other_process_when_somebody_is_removed_on_this_one() {
        var chat = alice.opensWith(bob);
        var here = new Here(alice.wire("2.0.0"), topic(chat), alice, "alice");
        var there = new Here(bob.wire("2.0.0"), topic(chat), bob, "bob");
        there.tracks();
        here.sees("bob");

        alice.calls("remove-participant", Person.conversation(chat).put("user_id", bob.id.toString())).succeeds();

        there.isClosed();
        here.sees();
    }

    @Test
    @Needs({ Program.NODE, Program.NPM })
    void the_real_client_sees_who_is_here_and_not_who_was_on_a_killed_process() throws Exception {
        var doomed = pods.start();
        var client = new NodeClient(Path.of("target/client-pods"), Map.of("TOGETHER_URL", one.url().toString(),
                "TOGETHER_OTHER_URL", doomed.url().toString(), "TOGETHER_SECRET", TestTokens.SECRET));
        var browsers = client.starts("node", "pods.mjs");
        try (var said = new BufferedReader(new InputStreamReader(browsers.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(said.readLine()).isEqualTo("both are here");
            doomed.kill();
            say(browsers);
            assertThat(said.readLine()).isEqualTo("one is here");
            assertThat(browsers.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            browsers.destroyForcibly();
        }
    }

    private static void say(Process browsers) throws IOException {
        browsers.getOutputStream().write('\n');
        browsers.getOutputStream().flush();
    }

    private static String topic(String chat) {
        return "realtime:conversation:" + chat;
    }

    private static JsonObject request(Person person, String key) {
        return new JsonObject().put("access_token", person.token).put("config",
                new JsonObject().put("presence", new JsonObject().put("key", key).put("enabled", true)));
    }

    /** One connection and whom it sees, as a client keeps it: of each connection under a key its ref. */
    private static class Here {

        private final Wire wire;
        private final String topic;
        private final Set<String> refs = new HashSet<>();

        Here(Wire wire, String topic, Person person, String key) {
            this.wire = wire;
            this.topic = topic;
            assertThat(wire.join(topic, request(person, key)).status()).isEqualTo("ok");
            take(wire.receives(frame -> frame.event().equals("presence_state")));
        }

        void tracks() {
            wire.send("1", "2", topic, "presence", new JsonObject().put("type", "presence").put("event", "track"));
        }

        void untracks() {
            wire.send("1", "3", topic, "presence", new JsonObject().put("type", "presence").put("event", "untrack"));
        }

        void isClosed() {
            wire.receives(frame -> frame.event().equals("phx_close"));
        }

        /** Waits until just these are seen, one connection each. */
        void sees(String... keys) {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!isSeeing(keys)) {
                wire.nextWithin(Duration.ofNanos(Math.max(0, end - System.nanoTime()))).ifPresentOrElse(this::take, () -> {
                    throw new AssertionError("Saw " + refs);
                });
            }
        }

        private boolean isSeeing(String... keys) {
            return refs.stream().map(ref -> ref.substring(0, ref.indexOf(' '))).sorted().toList()
                    .equals(Stream.of(keys).sorted().toList());
        }

        private void take(Wire.Received frame) {
            if (frame.event().equals("presence_state")) {
                refs.clear();
                add(frame.payload());
            } else if (frame.event().equals("presence_diff")) {
                add(frame.payload().getJsonObject("joins"));
                refs.removeAll(refs(frame.payload().getJsonObject("leaves")));
            }
        }

        private void add(JsonObject presences) {
            refs.addAll(refs(presences));
        }

        private static Set<String> refs(JsonObject presences) {
            var found = new HashSet<String>();
            for (var key : presences.fieldNames()) {
                presences.getJsonObject(key).getJsonArray("metas")
                        .forEach(meta -> found.add(key + " " + ((JsonObject) meta).getString("phx_ref")));
            }
            return found;
        }
    }
}

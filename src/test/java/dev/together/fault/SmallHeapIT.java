package dev.together.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.together.testing.Answer;
import dev.together.testing.AtOnce;
import dev.together.testing.OneProcess;
import dev.together.testing.Person;
import dev.together.testing.RawSocket;
import dev.together.testing.Sql;
import dev.together.testing.Stubborn;
import dev.together.testing.TestProcess;
import dev.together.testing.TestTokens;
import io.vertx.core.json.JsonObject;

/** What costs its callers nothing, against a process as small as a container of 256 MiB allows: others do not notice. */
class SmallHeapIT {

    private static final int KIBIBYTE = 1 << 10;
    private static final int MEBIBYTE = 1 << 20;
    /** So much at most comes of one connection that reads nothing; without a bound it is all taken. */
    private static final long PLENTY = 200L * MEBIBYTE;
    private static final Duration STANDS_STILL = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String ARRAYS = "[" + "[],".repeat(MEBIBYTE / 3 - 200) + "[]]";

    /** A native executable does not know it, and has what it has. */
    @RegisterExtension
    private static final OneProcess TOGETHER = new OneProcess(Map.of("_JAVA_OPTIONS",
            "-Xmx150m -XX:MaxDirectMemorySize=64m -XX:+ExitOnOutOfMemoryError"));

    @AfterEach
    void others_are_served_and_memory_has_sufficed() {
        assertThat(TOGETHER.process().health("live")).isEqualTo(200);
        assertThat(TOGETHER.process().log()).noneMatch(line -> line.contains("OutOfMemoryError: "));
        try (var alice = new Person(TOGETHER.url()); var bob = new Person(TOGETHER.url())) {
            var chat = alice.opensWith(bob);
            var wire = bob.online();
            alice.says(chat, "Still here");
            assertThat(wire.hears("message-insert").content().getJsonObject("message").getString("text"))
                    .isEqualTo("Still here");
        }
    }

    @Test
    void answers_that_are_never_read_are_few() {
        assertStops(TOGETHER.url(), "/nothing");
    }

    @Test
    void answers_of_the_management_port_that_are_never_read_are_few() {
        assertStops(TOGETHER.process().management("/"), "/q/health");
    }

    @Test
    void pings_count_as_frames() {
        try (var socket = RawSocket.open(TOGETHER.url(), "2.0.0", 16 * KIBIBYTE)) {
            var pings = frames(RawSocket.PING, 125, 500);

            socket.sendBytes(pings);

            assertThat(socket.isClosed()).isEqualTo(1008);
        }
    }

    @Test
    void uploads_that_stall_are_in_nobodys_way() {
        try (var alice = new Person(TOGETHER.url()); var bob = new Person(TOGETHER.url())) {
            var chat = alice.opens();
            var message = Person.message(chat, "x".repeat(20 * KIBIBYTE));
            var head = bob.headOf("chat-send", 20 * KIBIBYTE);
            var most = ("{\"text\":\"" + "x".repeat(19 * KIBIBYTE)).getBytes(StandardCharsets.US_ASCII);
            var stalled = Stream.generate(() -> new Stubborn(TOGETHER.url())).limit(260).toList();
            stalled.forEach(upload -> upload.send(head));
            stalled.forEach(upload -> upload.send(most));

            for (int said = 0; said < 5; said++) {
                alice.calls("chat-send", message).succeeds();
            }

            stalled.forEach(Stubborn::close);
        }
    }

    @Test
    void uploads_of_many_that_stall_just_before_their_end_are_held_within_bounds() {
        var uploads = Stream.generate(() -> new Stubborn(TOGETHER.url())).limit(300).toList();
        var almost = "{\"text\":\"".concat("x".repeat(MEBIBYTE - 100)).getBytes(StandardCharsets.US_ASCII);

        var unused = AtOnce.call(10, part -> {
            for (int index = part; index < uploads.size(); index += 10) {
                uploads.get(index).send(new Person(TOGETHER.url()).headOf("chat-send", MEBIBYTE));
                uploads.get(index).send(almost);
            }
            return true;
        });

        try (var alice = new Person(TOGETHER.url())) {
            alice.says(alice.opens(), "In between");
        }
        uploads.forEach(Stubborn::close);
    }

    @Test
    void large_trees_of_strangers_are_not_read() {
        var answers = AtOnce.call(60, index -> broadcast(TestTokens.anon(), "{\"messages\":" + ARRAYS + "}"));

        assertThat(answers).extracting(Answer::status).containsOnly(403);
    }

    @Test
    void large_trees_of_users_are_refused() {
        var answers = AtOnce.call(60, index -> {
            try (var person = new Person(TOGETHER.url())) {
                return index % 2 == 0 ? broadcast(person.token, "{\"messages\":" + ARRAYS + "}")
                        : Person.call(TOGETHER.url(), "chat-send", person.token, "{\"meta\":{\"a\":" + ARRAYS + "}}");
            }
        });

        assertThat(answers).extracting(Answer::status).isSubsetOf(400, 503).contains(400);
    }

    @Test
    void trees_just_small_enough_are_read_a_few_at_a_time() {
        var arrays = "[" + "[],".repeat(45_000) + "[]]";

        var answers = AtOnce.call(100, index -> {
            try (var person = new Person(TOGETHER.url())) {
                return Person.call(TOGETHER.url(), "chat-send", person.token, "{\"meta\":{\"a\":" + arrays + "}}");
            }
        });

        assertThat(answers).extracting(Answer::status).isSubsetOf(400, 503).contains(400);
    }

    @Test
    void long_pages_that_are_never_read_are_few() throws SQLException {
        try (var alice = new Person(TOGETHER.url())) {
            var chat = alice.opens();
            for (int said = 0; said < 16; said++) {
                alice.says(chat, "x".repeat(60_000));
            }
            var body = new JsonObject().put("chat_id", chat).encode().getBytes(StandardCharsets.US_ASCII);
            var readers = Stream.generate(() -> new Stubborn(TOGETHER.url())).limit(150).toList();

            for (var reader : readers) {
                reader.send(alice.headOf("chat-history", body.length));
                reader.send(body);
            }

            others_are_served_and_memory_has_sufficed();
            readers.forEach(Stubborn::close);
        }
    }

    @Test
    void long_messages_while_the_database_stands_still_are_refused_or_stored() {
        try (var alice = new Person(TOGETHER.url())) {
            var chat = alice.opens();
            var text = "x".repeat(65_000);
            TOGETHER.database().pause();

            var waves = IntStream.range(0, 24).mapToObj(wave -> AtOnce.call(100, index -> {
                try (var someone = new Person(TOGETHER.url())) {
                    return someone.calls("chat-send", Person.message(chat, text)).status();
                }
            })).flatMap(List::stream).toList();

            TOGETHER.database().resume();
            assertThat(waves).containsOnly(503);
            Sql.await("a send works again", () -> alice.calls("chat-send", Person.message(chat, "Healed")).status() == 200);
        }
    }

    private static Answer broadcast(String token, String body) {
        return Person.send(java.net.http.HttpRequest.newBuilder(TOGETHER.url().resolve("/realtime/v1/api/broadcast"))
                .header("Authorization", "Bearer " + token).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private static void assertStops(URI server, String path) {
        var request = ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").repeat(1_000);
        try (var client = new Stubborn(server)) {
            var sent = client.repeat(request.getBytes(StandardCharsets.US_ASCII));

            var last = new AtomicLong(-1);
            var since = new AtomicLong(System.nanoTime());
            TestProcess.waitUntil(PATIENCE, () -> {
                if (last.getAndSet(sent.get()) != sent.get()) {
                    since.set(System.nanoTime());
                }
                return sent.get() > PLENTY || System.nanoTime() - since.get() > STANDS_STILL.toNanos();
            });

            assertThat(sent.get()).isLessThan(PLENTY);
        }
    }

    private static byte[] frames(int opcode, int size, int count) {
        var frame = new byte[6 + size];
        frame[0] = (byte) (RawSocket.FIN | opcode);
        frame[1] = (byte) (0x80 | size);
        var all = new byte[count * frame.length];
        for (int at = 0; at < all.length; at += frame.length) {
            System.arraycopy(frame, 0, all, at, frame.length);
        }
        return all;
    }
}

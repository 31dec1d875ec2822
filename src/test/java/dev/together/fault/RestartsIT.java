package dev.together.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.together.testing.OneProcess;
import dev.together.testing.Person;
import dev.together.testing.Sql;
import dev.together.testing.TestProcess;
import dev.together.testing.Wire;

/**
 * People who join and leave at the same moments while PostgreSQL is started again and again; longer with {@code -Drestarts}.
 */
class RestartsIT {

    private static final int RESTARTS = Integer.getInteger("restarts", 6);
    private static final int PEOPLE = 16;
    private static final int CHATS = 4;
    /** Changes between two restarts. */
    private static final int CHANGES = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SILENCE = Duration.ofSeconds(1);

    private static final String HOLES = """
            select count(*) from conversations c
            where c.revision <> (select count(distinct revision) from conversation_updates where conversation_id = c.id)
            """;

    @RegisterExtension
    private static final OneProcess TOGETHER = new OneProcess(Map.of("TOGETHER_LIMITS_SENDS_PER_SECOND", "1000"));

    private final AtomicBoolean isEnding = new AtomicBoolean();
    private final AtomicInteger changes = new AtomicInteger();

    @Test
    void what_is_told_is_stored_and_what_is_changed_is_told() throws SQLException {
        try (var owner = new Person(TOGETHER.url())) {
            var chats = Stream.generate(owner::opensWith).limit(CHATS).toList();
            var wire = owner.online();
            var threads = Executors.newFixedThreadPool(PEOPLE);
            var people = IntStream.range(0, PEOPLE)
                    .mapToObj(seed -> CompletableFuture.runAsync(() -> comeAndGo(chats, new Random(seed)), threads)).toList();

            for (int restart = 0; restart < RESTARTS; restart++) {
                int enough = changes.get() + CHANGES;
                TestProcess.waitUntil(PATIENCE, () -> changes.get() > enough);
                TOGETHER.database().stop();
                TOGETHER.database().restart();
            }

            isEnding.set(true);
            people.forEach(CompletableFuture::join);
            threads.shutdown();
            var heard = heard(wire);
            assertThat(heard).isNotEmpty().isSubsetOf(stored());
            assertThat(Sql.number(TOGETHER.database().source(), HOLES)).isZero();
        }
    }

    private void comeAndGo(List<String> chats, Random random) {
        try (var person = new Person(TOGETHER.url())) {
            while (!isEnding.get()) {
                var chat = Person.conversation(chats.get(random.nextInt(CHATS)));
                var function = random.nextBoolean() ? "join-conversation" : "leave-conversation";
                if (person.calls(function, chat).status() == 200) {
                    changes.incrementAndGet();
                }
            }
        }
    }

    private static Set<String> heard(Wire wire) {
        var ids = new HashSet<String>();
        for (var frame = wire.nextWithin(SILENCE); frame.isPresent(); frame = wire.nextWithin(SILENCE)) {
            if (frame.get().event().equals("broadcast")) {
                ids.add(frame.get().id());
            }
        }
        return ids;
    }

    private static Set<String> stored() throws SQLException {
        try (var connection = TOGETHER.database().connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select id from conversation_updates")) {
            var ids = new HashSet<String>();
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
            return ids;
        }
    }
}

package dev.together.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.together.testing.Answer;
import dev.together.testing.OneProcess;
import dev.together.testing.Person;
import dev.together.testing.Sql;
import io.vertx.core.json.JsonObject;

/** Who comes and goes in turns, with bounds that no machine is too slow for. */
class ComingAndGoingIT {

    private static final int TRIES = 1_000;

    private static final String LONG_AGO = """
            update conversation_updates set created_at = created_at - interval '1 hour'
            where conversation_id = ?::uuid and event_type = 'DELETE'
            """;

    @RegisterExtension
    private static final OneProcess TOGETHER = new OneProcess(
            Map.of("TOGETHER_LIMITS_CHANGES_PER_SECOND", "1", "TOGETHER_LIMITS_REJOIN_AFTER", "600s"));

    @Test
    void who_has_left_cannot_come_back_at_once_is_told_when_and_is_let_in_then() throws SQLException {
        try (var alice = new Person(TOGETHER.url());
                var bob = new Person(TOGETHER.url());
                var carol = new Person(TOGETHER.url())) {
            var chat = alice.opensWith(bob);
            var wire = alice.online();
            bob.leaves(chat);
            wire.hearsOfParticipants(1);

            var answer = bob.calls("join-conversation", Person.conversation(chat));

            answer.isRefused(429, "You have just left this conversation");
            assertThat(Integer.parseInt(answer.header("retry-after"))).isBetween(300, 600);
            wire.hearsNothing();
            carol.joins(chat);
            wire.hearsOfParticipants(2);
            var elsewhere = alice.opens();
            alice.shares(elsewhere);
            bob.joins(elsewhere);
            Sql.execute(TOGETHER.database().source(), LONG_AGO, chat);
            bob.joins(chat);
            wire.hearsOfParticipants(3);
        }
    }

    @Test
    void somebody_who_joins_leaves_and_shares_too_fast_is_asked_to_wait_and_may_talk_on() {
        try (var alice = new Person(TOGETHER.url()); var bob = new Person(TOGETHER.url())) {
            var chat = alice.opensWith(bob);

            var refused = firstRefusal(bob, "join-conversation", chat);

            refused.isRefused(429, "Too many conversations joined, left or shared: at most 1 a second");
            assertThat(refused.header("retry-after")).isEqualTo("1");
            bob.says(chat, "Sorry");
            firstRefusal(alice, "share-conversation", chat).isRefused(429, "Too many conversations");
        }
    }

    private static Answer firstRefusal(Person person, String function, String chat) {
        var isPublic = Stream.iterate(false, was -> !was).iterator();
        return Stream.generate(() -> person.calls(function, new JsonObject().put("conversation_id", chat)
                .put("is_public", isPublic.next()))).limit(TRIES)
                .filter(answer -> answer.status() != 200).findFirst().orElseThrow();
    }
}

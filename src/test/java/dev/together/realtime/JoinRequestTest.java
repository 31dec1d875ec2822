package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.ObjectMapper;

class JoinRequestTest {

    @Test
    void reads_everything_that_a_client_may_ask_for() throws Exception {
        var join = join("""
                {"access_token":"t","config":{"private":true,"broadcast":{"ack":true,"self":true,"replication_ready":true,
                "replay":{"since":1700000000000,"limit":10}},"presence":{"key":"k","enabled":true},
                "postgres_changes":[{"event":"*","schema":"public"}]}}""");

        assertThat(join.ref()).isEqualTo("6");
        assertThat(join.token()).contains("t");
        assertThat(join.isPrivate()).isTrue();
        assertThat(join.isAck()).isTrue();
        assertThat(join.isSelf()).isTrue();
        assertThat(join.wantsPresence()).isTrue();
        assertThat(join.wantsReplicationReady()).isTrue();
        assertThat(join.replay()).contains(
                new JoinRequest.Replay(Instant.ofEpochMilli(1_700_000_000_000L), Optional.of(10)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "{}", "[]", "null", "5", "{\"config\":5}", "{\"config\":{\"broadcast\":[],\"presence\":5,"
            + "\"private\":\"yes\",\"postgres_changes\":{}},\"access_token\":5}",
            "{\"config\":{\"broadcast\":{\"replay\":null}}}", "{\"config\":{\"broadcast\":{\"replay\":5}}}",
            "{\"config\":{\"broadcast\":{\"replay\":[1]}}}", "{\"config\":{\"postgres_changes\":[null,5,[],\"x\"]}}" })
    void what_is_missing_or_ill_typed_counts_as_not_given(String payload) throws Exception {
        var join = join(payload);

        assertThat(join.token()).isEmpty();
        assertThat(join.isPrivate()).isFalse();
        assertThat(join.isAck()).isFalse();
        assertThat(join.isSelf()).isFalse();
        assertThat(join.wantsPresence()).isFalse();
        assertThat(JoinRequest.changes(frame(payload))).isEmpty();
        assertThat(join.replay()).isEmpty();
    }

    @Test
    void changes_are_echoed_with_an_id_each_and_a_hundred_are_not_too_many() throws Exception {
        var payload = "{\"config\":{\"postgres_changes\":[" + "{\"event\":\"*\"},".repeat(99) + "null]}}";

        assertThat(join(payload).replay()).isEmpty();

        var changes = JoinRequest.changes(frame(payload));
        assertThat(changes).hasSize(99);
        assertThat(changes.get(0)).hasToString("{event=\"*\", id=1}");
        assertThat(changes.get(98)).hasToString("{event=\"*\", id=99}");
    }

    @Test
    void booleans_may_be_written_as_text() throws Exception {
        for (var word : new String[] { "true", "True", "TRUE", "tRuE" }) {
            assertThat(join("{\"config\":{\"private\":\"" + word + "\"}}").isPrivate()).as(word).isTrue();
        }
        for (var word : new String[] { "false", "False", "FALSE" }) {
            assertThat(join("{\"config\":{\"private\":\"" + word + "\"}}").isPrivate()).as(word).isFalse();
        }
    }

    @Test
    void the_old_name_of_the_token_wins_and_opaque_keys_are_none() throws Exception {
        assertThat(join("{\"user_token\":\"old\",\"access_token\":\"new\"}").token()).contains("old");
        assertThat(join("{\"access_token\":\"sb_publishable_x\"}").token()).isEmpty();
        assertThat(join("{\"access_token\":\"\"}").token()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "{}", "{\"since\":\"1\"}", "{\"since\":1.5}", "{\"since\":1,\"limit\":\"5\"}",
            "{\"since\":99999999999999999999}", "{\"since\":9007199254740993}" })
    void a_replay_must_be_right(String replay) {
        assertThatThrownBy(() -> join("{\"config\":{\"broadcast\":{\"replay\":" + replay + "}}}"))
                .isInstanceOf(JoinRequest.InvalidReplay.class);
    }

    @Test
    void a_replay_of_less_than_one_is_of_one() throws Exception {
        var join = join("{\"config\":{\"broadcast\":{\"replay\":{\"since\":-5,\"limit\":0}}}}");

        assertThat(join.replay()).contains(new JoinRequest.Replay(Instant.EPOCH, Optional.of(1)));
    }

    private static JoinRequest join(String payload) throws Exception {
        return JoinRequest.of(frame(payload));
    }

    private static Frame frame(String payload) throws Exception {
        return new Frame("6", "6", "realtime:x", "phx_join", new ObjectMapper().readTree(payload));
    }
}

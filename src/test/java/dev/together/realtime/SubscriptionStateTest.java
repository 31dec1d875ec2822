package dev.together.realtime;

import static dev.together.realtime.SubscriptionState.CLOSED;
import static dev.together.realtime.SubscriptionState.JOINING;
import static dev.together.realtime.SubscriptionState.LIVE;
import static dev.together.realtime.SubscriptionState.PAUSED;
import static dev.together.realtime.SubscriptionState.REPLAYING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.UnaryOperator;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a subscription, from every state by everything that happens to it. */
class SubscriptionStateTest {

    @ParameterizedTest
    @CsvSource({ "JOINING, REPLAYING", "REPLAYING, REPLAYING", "LIVE, LIVE", "PAUSED, PAUSED", "CLOSED, CLOSED" })
    void an_answered_join_begins_the_replay_once(SubscriptionState before, SubscriptionState after) {
        assertThat(before.accept()).isEqualTo(after);
    }

    @ParameterizedTest
    @CsvSource({ "JOINING, JOINING", "REPLAYING, LIVE", "LIVE, LIVE", "PAUSED, PAUSED", "CLOSED, CLOSED" })
    void only_a_replay_goes_live(SubscriptionState before, SubscriptionState after) {
        assertThat(before.catchUp()).isEqualTo(after);
    }

    @ParameterizedTest
    @CsvSource({ "JOINING, JOINING", "REPLAYING, PAUSED", "LIVE, PAUSED", "PAUSED, PAUSED", "CLOSED, CLOSED" })
    void an_expired_token_pauses_what_is_sent(SubscriptionState before, SubscriptionState after) {
        assertThat(before.pause()).isEqualTo(after);
    }

    @ParameterizedTest
    @CsvSource({ "JOINING, JOINING", "REPLAYING, REPLAYING", "LIVE, LIVE", "PAUSED, REPLAYING", "CLOSED, CLOSED" })
    void a_new_token_sends_what_was_buffered_before_it_is_live_again(SubscriptionState before, SubscriptionState after) {
        assertThat(before.renew()).isEqualTo(after);
    }

    @ParameterizedTest
    @EnumSource(SubscriptionState.class)
    void a_whole_life_ends_live(SubscriptionState any) {
        UnaryOperator<SubscriptionState> life = state -> state.accept().pause().renew().catchUp();

        assertThat(life.apply(any)).isEqualTo(any == CLOSED ? CLOSED : LIVE);
        assertThat(JOINING.accept()).isEqualTo(REPLAYING);
        assertThat(LIVE.pause()).isEqualTo(PAUSED);
    }
}

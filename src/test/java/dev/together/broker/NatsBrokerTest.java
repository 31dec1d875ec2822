package dev.together.broker;

import static dev.together.testing.TestProcess.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.together.Settings;
import dev.together.testing.NatsServer;
import dev.together.testing.Needs;
import dev.together.testing.Person;
import dev.together.testing.Program;
import dev.together.testing.TestProcess;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;

/** Against a real nats-server, which is also killed and paused. */
@Needs(Program.NATS_SERVER)
class NatsBrokerTest extends BrokerContract {

    /** Sooner than NATS would be waited for. */
    private static final Duration AT_ONCE = Duration.ofMillis(1_900);

    @SuppressWarnings("NullAway.Init") // set before all
    private static NatsServer nats;

    private final NatsBroker here = broker(Map.of());
    private final NatsBroker there = broker(Map.of());

    @BeforeAll
    static void startNats() {
        nats = NatsServer.start();
    }

    @AfterAll
    static void endNats() {
        nats.close();
    }

    @BeforeEach
    void waitForConnections() {
        waitUntil(PATIENCE, () -> here.isConnected() && there.isConnected());
    }

    @AfterEach
    void closeBoth() throws InterruptedException {
        nats.resume();
        here.close();
        there.close();
    }

    @Override
    Broker here() {
        return here;
    }

    @Override
    Broker there() {
        return there;
    }

    @Test
    void what_may_be_missing_is_told_and_all_is_heard_again_after_nats_was_killed() {
        subscribe(subject);
        var before = Instant.now();

        nats.kill();
        var killed = Instant.now();
        waitUntil(PATIENCE, () -> !here.isConnected());
        nats.startAgain();

        heard.waitForMissed();
        assertThat(heard.missedSince.get(0)).isBeforeOrEqualTo(killed).isAfter(before.minusSeconds(5));
        waitUntil(PATIENCE, () -> here.isConnected() && there.isConnected());
        there.publish(List.of(subject), event(1));
        heard.waitFor(1);
        heard.stayForAMoment();
        assertThat(heard.missedSince).hasSize(1);
    }

    @Test
    void while_nats_is_away_publish_and_subscribe_and_flush_fail_at_once() {
        nats.kill();
        waitUntil(PATIENCE, () -> !here.isConnected());
        var began = Instant.now();

        assertThatThrownBy(() -> here.publish(List.of(subject), event(1))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> subscribe(subject)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> done(here.flush(here.epoch()))).isInstanceOf(IllegalStateException.class);

        assertThat(Duration.between(began, Instant.now())).isLessThan(AT_ONCE);
        nats.startAgain();
    }

    @Test
    void a_subscription_that_failed_is_none_after_it_was_ended() {
        nats.kill();
        waitUntil(PATIENCE, () -> !here.isConnected());
        assertThatThrownBy(() -> subscribe(subject)).isInstanceOf(IllegalStateException.class);
        here.unsubscribe(subject);

        nats.startAgain();
        waitUntil(PATIENCE, () -> here.isConnected() && there.isConnected());
        there.publish(List.of(subject), event(1));

        heard.stayForAMoment();
        assertThat(heard.events).isEmpty();
    }

    @Test
    void a_flush_over_a_loss_fails_although_nats_answers_again() {
        long epoch = here.epoch();
        here.publish(List.of(subject), event(1));

        nats.kill();
        waitUntil(PATIENCE, () -> !here.isConnected());
        nats.startAgain();
        waitUntil(PATIENCE, here::isConnected);

        assertThatThrownBy(() -> done(here.flush(epoch))).isInstanceOf(IllegalStateException.class);
        done(here.flush(here.epoch()));
    }

    @Test
    void while_nats_stands_still_publish_never_waits_and_flush_fails_in_time() {
        subscribe(subject);
        nats.pause();
        long epoch = here.epoch();
        var began = Instant.now();
        publishUnlessAway(1_000);
        assertThat(Duration.between(began, Instant.now())).isLessThan(AT_ONCE);

        assertThatThrownBy(() -> done(here.flush(epoch))).isInstanceOf(IllegalStateException.class);

        waitUntil(PATIENCE, () -> !here.isConnected());
        nats.resume();
        waitUntil(PATIENCE, () -> here.isConnected() && there.isConnected());
        heard.waitForMissed();
    }

    @Test
    void a_pause_that_nobody_noticed_loses_nothing() {
        subscribe(subject);
        nats.pause();
        there.publish(List.of(subject), event(1));
        heard.stayForAMoment();

        nats.resume();

        heard.waitFor(1);
        assertThat(heard.missedSince).isEmpty();
    }

    @Test
    void more_than_may_wait_is_refused_and_taken_again_later() throws InterruptedException {
        var narrow = broker(Map.of("together.nats.pending-bytes", "5000", "together.nats.ping-interval", "50ms"));
        waitUntil(PATIENCE, narrow::isConnected);
        nats.pause();
        assertThatThrownBy(() -> {
            for (int i = 0; i < 1_000; i++) {
                narrow.publish(List.of(subject), event(i));
            }
        }).isInstanceOf(IllegalStateException.class);

        nats.resume();

        waitUntil(PATIENCE, () -> {
            try {
                narrow.publish(List.of(subject), event(1));
                return true;
            } catch (IllegalStateException e) {
                return false;
            }
        });
        narrow.close();
    }

    @Test
    void what_is_more_than_may_wait_by_itself_goes_and_the_next_waits_for_it() throws InterruptedException {
        var narrow = broker(Map.of("together.nats.pending-bytes", "5000"));
        waitUntil(PATIENCE, narrow::isConnected);
        subscribe(subject);

        narrow.publish(Collections.nCopies(1_000, subject), event(1));

        heard.waitFor(1_000);
        done(narrow.flush(narrow.epoch()));
        nats.pause();
        narrow.publish(List.of(subject), event(2));
        narrow.publish(Collections.nCopies(1_000, subject), event(3));
        assertThatThrownBy(() -> narrow.publish(List.of(subject), event(4))).isInstanceOf(IllegalStateException.class);
        nats.resume();
        heard.waitFor(2_001);
        narrow.close();
    }

    @Test
    void a_broker_that_starts_before_nats_connects_when_it_is_there() throws InterruptedException {
        nats.kill();
        var early = broker(Map.of());
        assertThat(early.isConnected()).isFalse();
        assertThatThrownBy(() -> done(early.subscribe(subject))).isInstanceOf(IllegalStateException.class);

        nats.startAgain();

        waitUntil(PATIENCE, early::isConnected);
        early.close();
    }

    @Test
    void a_subject_too_long_for_nats_is_refused_and_harms_nobody_when_nats_comes_back() {
        var tooLong = "x".repeat(5_000);
        subscribe(subject);
        assertThatThrownBy(() -> done(here.subscribe(tooLong))).isInstanceOf(IllegalArgumentException.class);

        nats.kill();
        waitUntil(PATIENCE, () -> !here.isConnected());
        assertThatThrownBy(() -> done(here.subscribe(tooLong))).isInstanceOf(IllegalArgumentException.class);
        nats.startAgain();

        waitUntil(PATIENCE, () -> here.isConnected() && there.isConnected());
        there.publish(List.of(subject), event(1));
        heard.waitFor(1);
    }

    @Test
    void a_subject_that_nats_does_not_know_keeps_nobody_from_connecting_and_leaves_no_connection_behind()
            throws InterruptedException {
        int monitor = TestProcess.freePort();
        try (var watched = NatsServer.start("--http_port", String.valueOf(monitor))) {
            watched.kill();
            var early = broker(watched.url(), Map.of("together.nats.ping-interval", "500ms"));
            assertThatThrownBy(() -> done(early.subscribe("no subject"))).isInstanceOf(IllegalStateException.class);

            watched.startAgain();

            waitUntil(PATIENCE, early::isConnected);
            waitUntil(PATIENCE, () -> connections(monitor) == 1);
            assertThatThrownBy(() -> done(early.subscribe("no subject"))).isInstanceOf(IllegalArgumentException.class);
            early.close();
        }
    }

    private static int connections(int monitor) {
        var answer = Person.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + monitor + "/varz")));
        return answer.body().getInteger("connections");
    }

    private void publishUnlessAway(int count) {
        for (int i = 0; i < count; i++) {
            try {
                here.publish(List.of(subject), event(i));
            } catch (IllegalStateException e) {
                return;
            }
        }
    }

    private static NatsBroker broker(Map<String, String> properties) {
        return broker(nats.url(), properties);
    }

    static NatsBroker broker(String url, Map<String, String> properties) {
        var broker = new NatsBroker(settings(url, properties).nats(), 0, null, Clock.systemUTC());
        broker.start();
        return broker;
    }

    private static Settings settings(String url, Map<String, String> properties) {
        return new SmallRyeConfigBuilder().withMapping(Settings.class)
                .withDefaultValue("together.nats.url", url)
                .withSources(new PropertiesConfigSource(properties, "test", 500))
                .addDiscoveredConverters().build().getConfigMapping(Settings.class);
    }
}

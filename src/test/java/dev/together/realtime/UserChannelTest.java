package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.together.testing.Person;
import dev.together.testing.TestTokens;
import dev.together.testing.Wire;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

/** Who hears and who speaks on {@code user-realtime:<user id>}. */
@QuarkusTest
class UserChannelTest extends WithPeople {

    private static final JsonObject FORGED = new JsonObject().put("type", "broadcast").put("event", "message-insert")
            .put("payload", new JsonObject().put("text", "forged"));

    @Test
    void both_flavours_hear_the_same() {
        var alice = person();
        var isPublic = alice.online();
        var isPrivate = alice.wire("2.0.0");
        assertThat(isPrivate.join(alice.topic(), withToken(alice.token).put("config", new JsonObject().put("private", true)))
                .status()).isEqualTo("ok");

        alice.says(alice.opens(), "Hi");

        assertThat(isPrivate.hears("message-insert").payload()).isEqualTo(isPublic.hears("message-insert").payload());
    }

    @Test
    void nobody_joins_without_a_token_of_their_own_in_either_flavour() {
        var alice = person();
        var stranger = person();
        for (boolean isPrivate : new boolean[] { true, false }) {
            var config = new JsonObject().put("config", new JsonObject().put("private", isPrivate));
            assertRefused(alice, config, "Unauthorized");
            assertRefused(alice, config.copy().put("access_token", TestTokens.anon()), "Unauthorized");
            assertRefused(alice, config.copy().put("access_token", "sb_publishable_test_0123456789"), "Unauthorized");
            assertRefused(alice, config.copy().put("access_token", stranger.token), "Unauthorized");
            assertRefused(alice, config.copy().put("access_token", "nonsense"), "MalformedJWT");
            assertRefused(alice, config.copy().put("access_token",
                    TestTokens.ofUser(alice.id, Instant.now().minusSeconds(5))), "InvalidJWTToken: Token has expired");
            assertRefused(alice, config.copy().put("access_token",
                    TestTokens.signed(TestTokens.claims("authenticated", alice.id.toString(), Instant.now().plusSeconds(60)),
                            "x".repeat(32))),
                    "JwtSignatureError");
        }
    }

    @Test
    void a_name_that_is_no_user_id_is_nobodys() {
        var wire = person().wire("2.0.0");
        for (var name : new String[] { "", "1-1-1-1-1", UUID.randomUUID() + "x", "*" }) {
            var reply = wire(name);
            assertThat(reply.status()).isEqualTo("error");
        }
        assertThat(wire.isOpen()).isTrue();
    }

    @Test
    void a_users_channel_has_one_name() {
        var alice = person();
        var wire = alice.wire("2.0.0");

        var refused = wire.join(alice.topic().toUpperCase(Locale.ROOT).replace("REALTIME:USER-REALTIME:",
                "realtime:user-realtime:"), withToken(alice.token));

        assertThat(refused.reason()).startsWith("Unauthorized: You do not have permissions to read from this Channel topic: ");
        wire.joins(alice.topic(), alice.token);
    }

    @Test
    void the_first_refusal_comes_at_once_and_the_next_later() {
        var alice = person();
        var wire = alice.wire("2.0.0");

        var first = timed(() -> assertThat(wire.join(alice.topic(), new JsonObject()).status()).isEqualTo("error"));
        assertThat(wire.join(alice.topic(), new JsonObject()).status()).isEqualTo("error");
        var third = timed(() -> assertThat(wire.join(alice.topic(), new JsonObject()).status()).isEqualTo("error"));

        assertThat(third).isGreaterThan(Duration.ofMillis(1_900)).isGreaterThan(first);
        wire.joins(alice.topic(), alice.token);
    }

    @Test
    void the_service_key_hears_every_channel() {
        var alice = person();
        var wire = person().wire("2.0.0");
        wire.joins(alice.topic(), TestTokens.service());

        alice.says(alice.opens(), "Hi");

        assertThat(wire.hears("message-insert").content().getJsonObject("message").getString("text")).isEqualTo("Hi");
    }

    @Test
    void a_user_cannot_forge_events_even_on_their_own_channel() {
        var alice = person();
        var phone = alice.online();
        var wire = alice.wire("2.0.0");
        assertThat(wire.join(alice.topic(), withToken(alice.token).put("config",
                new JsonObject().put("broadcast", new JsonObject().put("ack", true)))).status()).isEqualTo("ok");

        var reply = wire.asks(alice.topic(), "broadcast", FORGED);

        assertThat(reply.status()).isEqualTo("error");
        assertThat(reply.reason()).isEqualTo(
                "Unauthorized: You do not have permissions to write to this Channel topic: user-realtime:" + alice.id);
        phone.hearsNothing();
    }

    @Test
    void a_forged_event_without_ack_gets_no_answer_as_upstream() {
        var alice = person();
        var phone = alice.online();
        var wire = alice.online();

        wire.send("1", "2", alice.topic(), "broadcast", FORGED);

        wire.receivesNothing();
        phone.hearsNothing();
        assertThat(wire.isOpen()).isTrue();
    }

    @Test
    void the_service_key_speaks_on_a_users_channel() {
        var alice = person();
        var wire = alice.online();
        var backend = person().wire("2.0.0");
        assertThat(backend.join(alice.topic(), withToken(TestTokens.service()).put("config",
                new JsonObject().put("broadcast", new JsonObject().put("ack", true)))).status()).isEqualTo("ok");

        var reply = backend.asks(alice.topic(), "broadcast", new JsonObject().put("type", "broadcast")
                .put("event", "assistant-thinking").put("payload", new JsonObject().put("status", "thinking")));

        assertThat(reply.status()).isEqualTo("ok");
        var heard = wire.hears("assistant-thinking");
        assertThat(heard.content()).isEqualTo(new JsonObject().put("status", "thinking"));
        assertThat(UUID.fromString(heard.id())).isNotNull();
        backend.hearsNothing();
    }

    @Test
    void a_new_token_is_taken_in_silence() {
        var alice = person();
        var wire = alice.online();

        renew(alice, wire, TestTokens.ofUser(alice.id));
        renew(alice, wire, "sb_publishable_test_0123456789");
        renew(alice, wire, TestTokens.ofUser(alice.id, Instant.now().minusSeconds(5)));
        wire.send("1", "91", alice.topic(), "access_token", new JsonObject().putNull("access_token"));

        wire.receivesNothing();
        alice.says(alice.opens(), "Hi");
        wire.hears("message-insert");
    }

    @Test
    void signing_out_ends_the_channel_for_good() {
        var alice = person();
        var wire = alice.online();

        renew(alice, wire, TestTokens.anon());

        assertThat(wire.nextText()).isEqualTo("""
                ["1",null,"%s","system",{"extension":"system","status":"error","message":"You do not have permissions to \
                read from this Channel topic: user-realtime:%s","channel":"user-realtime:%2$s"}]"""
                .formatted(alice.topic(), alice.id));
        assertThat(wire.nextText()).isEqualTo("[\"1\",\"1\",\"%s\",\"phx_close\",{}]".formatted(alice.topic()));
        alice.says(alice.opens(), "Hi");
        wire.receivesNothing();
        assertThat(wire.isOpen()).isTrue();
    }

    @Test
    void a_token_of_somebody_else_ends_the_channel() {
        var alice = person();
        var wire = alice.online();

        renew(alice, wire, person().token);

        wire.receives(frame -> frame.event().equals("phx_close"));
    }

    private void renew(Person person, Wire wire, String token) {
        wire.send("1", "90", person.topic(), "access_token", withToken(token));
    }

    private Wire.Received wire(String name) {
        var person = person();
        return person.wire("2.0.0").join("realtime:user-realtime:" + name, withToken(person.token));
    }

    private static void assertRefused(Person person, JsonObject join, String reason) {
        var reply = person.wire("2.0.0").join(person.topic(), join);
        assertThat(reply.status()).isEqualTo("error");
        assertThat(reply.reason()).startsWith(reason);
    }

    private static JsonObject withToken(String token) {
        return new JsonObject().put("access_token", token);
    }

    private static Duration timed(Runnable action) {
        long start = System.nanoTime();
        action.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }
}

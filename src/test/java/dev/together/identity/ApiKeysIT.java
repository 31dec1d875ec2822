package dev.together.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Locale;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.together.testing.Person;
import dev.together.testing.TestDatabase;
import dev.together.testing.TogetherProcess;
import dev.together.testing.Wire;
import io.vertx.core.json.JsonObject;

/** Opaque keys as an issuer makes them, given to the packaged application by its environment. */
class ApiKeysIT {

    private static final String PUBLISHABLE = "sb_publishable_AbC-dEf_012";
    private static final String SECRET = "sb_secret_XyZ-uVw_345";
    private static final TestDatabase DATABASE = new TestDatabase();

    @SuppressWarnings("NullAway.Init") // set before all
    private static TogetherProcess process;

    @BeforeAll
    static void start() {
        var environment = new HashMap<>(TogetherProcess.environment(DATABASE.start()));
        environment.put("TOGETHER_API_KEYS", PUBLISHABLE + ":anon," + SECRET + ":service_role");
        process = TogetherProcess.start(environment);
    }

    @AfterAll
    static void stop() {
        process.close();
        DATABASE.stop();
    }

    @Test
    void the_publishable_key_opens_the_websocket_and_nothing_else() {
        try (var alice = new Person(process.url()); var wire = Wire.open(process.url(), PUBLISHABLE, "2.0.0")) {
            assertThat(wire.join(alice.topic(), new JsonObject()).reason()).startsWith("Unauthorized");
            assertThat(Person.call(process.url(), "list-conversations", PUBLISHABLE, "{}").status()).isEqualTo(401);
        }
    }

    @Test
    void the_secret_key_speaks_as_the_service() {
        try (var alice = new Person(process.url())) {
            var wire = alice.online();
            var message = new JsonObject().put("role", "assistant").put("chat_id", alice.opens()).put("mode", "together")
                    .put("text", "Hello");

            assertThat(Person.call(process.url(), "chat-send", SECRET, message.encode()).status()).isEqualTo(200);

            assertThat(wire.hears("message-insert").content().getJsonObject("message").getString("text")).isEqualTo("Hello");
        }
    }

    @Test
    void a_key_of_other_letters_is_unknown() {
        assertThat(Wire.refusal(process.url(), PUBLISHABLE.toLowerCase(Locale.ROOT))).isEqualTo(401);
    }
}

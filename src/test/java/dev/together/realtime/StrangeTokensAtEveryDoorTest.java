package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.together.testing.Answer;
import dev.together.testing.Person;
import dev.together.testing.StrangeTokens;
import dev.together.testing.TestTokens;
import dev.together.testing.Wire;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

/** Tokens that say what no issuer says, wherever a token is taken: refused, and not a word in the log. */
@QuarkusTest
class StrangeTokensAtEveryDoorTest extends WithPeople {

    private static final Logger TOGETHER = Logger.getLogger("dev.together");
    private static final String BROADCASTS = "/realtime/v1/api/broadcast";

    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final Handler listening = new Handler() {

        @Override
        public void publish(LogRecord line) {
            logged.add(line.getMessage());
        }

        @Override
        public void flush() {
            // Nothing waits.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    };

    @BeforeEach
    void listen() {
        TOGETHER.addHandler(listening);
    }

    @AfterEach
    void nothingIsLogged() {
        TOGETHER.removeHandler(listening);
        assertThat(logged).isEmpty();
    }

    @Test
    void functions_refuse_them() {
        for (var token : StrangeTokens.malformed()) {
            Person.call(server, "list-conversations", token, "{}").isRefused(401, "not a valid JWT");
        }
        StrangeTokens.all().forEach(token -> assertThat(Person.call(server, "list-conversations", token, "{}").status())
                .as(token).isIn(200, 401));
    }

    @Test
    void the_rest_broadcast_refuses_them() {
        for (var token : StrangeTokens.malformed()) {
            for (var path : List.of(BROADCASTS, BROADCASTS + "/room-x/events/chat")) {
                assertThat(broadcast(path, token).status()).as(token).isEqualTo(401);
            }
        }
    }

    @Test
    void the_websocket_is_not_opened_for_them() {
        for (var token : StrangeTokens.malformed()) {
            assertThat(Wire.refusal(server, token)).as(token).isEqualTo(401);
        }
    }

    @Test
    void joins_refuse_them() {
        var alice = person();
        for (var token : StrangeTokens.malformed()) {
            try (var wire = Wire.open(server, TestTokens.anon(), "2.0.0")) {
                var reply = wire.join(alice.topic(), new JsonObject().put("access_token", token));

                assertThat(reply.status()).isEqualTo("error");
                assertThat(reply.reason()).as(token).startsWith("MalformedJWT: ");
            }
        }
    }

    @Test
    void a_channel_ends_with_one_that_should_renew_it() {
        for (var token : StrangeTokens.malformed().subList(0, 10)) {
            var alice = person();
            var wire = alice.online();

            wire.send("1", "90", alice.topic(), "access_token", new JsonObject().put("access_token", token));

            wire.receives(frame -> frame.event().equals("phx_close"));
        }
    }

    private Answer broadcast(String path, String token) {
        return Person.send(HttpRequest.newBuilder(server.resolve(path)).header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token).POST(BodyPublishers.ofString("{\"messages\":[]}")));
    }
}
